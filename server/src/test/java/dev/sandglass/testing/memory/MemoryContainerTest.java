package dev.sandglass.testing.memory;

import dev.sandglass.sandbox.DriverContract;
import dev.sandglass.sandbox.SandboxDriver;
import java.util.List;

/** The sandbox in memory keeps the part of the contract that needs no operating system. */
class MemoryContainerTest extends DriverContract {

  @Override
  protected SandboxDriver open() {
    return new MemoryDriver();
  }

  @Override
  protected List<String> traces() {
    return ((MemoryDriver) driver()).living();
  }
}
