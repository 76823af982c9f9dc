package dev.sandglass.sandbox.oci;

import dev.sandglass.testing.OrdinaryUser;
import org.junit.jupiter.api.Test;

/** It is for those above all who aren't root. */
class ProcessAsUserTest {

  @Test
  void theSameIsKeptWithoutRoot() throws Exception {
    OrdinaryUser.passes(ProcessContainerTest.class);
  }
}
