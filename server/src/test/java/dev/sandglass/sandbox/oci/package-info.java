/** The OCI driver held against the contract, and its plan pinned. */
@NullMarked
package dev.sandglass.sandbox.oci;

import org.jspecify.annotations.NullMarked;
