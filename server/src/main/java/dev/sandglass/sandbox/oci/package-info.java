/** Sandboxes by an OCI runtime (runc) on this machine: config.json, cgroups, the driver. */
@NullMarked
package dev.sandglass.sandbox.oci;

import org.jspecify.annotations.NullMarked;
