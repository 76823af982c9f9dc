/** What container sessions cost: the ledger of their fees, and what was used and is owed. */
@NullMarked
package dev.sandglass.billing;

import org.jspecify.annotations.NullMarked;
