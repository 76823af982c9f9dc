package dev.sandglass.testing;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import java.util.List;

/** A machine that cannot run sandboxes. */
public final class NoSandbox implements SandboxDriver {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public String imageDigest() {
    return "sha256:none";
  }

  @Override
  public String version() {
    return name();
  }

  @Override
  public void warm(String project) {}

  @Override
  public SandboxContainer create(ContainerSpec spec) {
    throw new SandboxException(
        SandboxException.Reason.UNSUPPORTED_HOST, "this machine runs no sandboxes");
  }

  @Override
  public List<SandboxContainer> found() {
    return List.of();
  }

  @Override
  public void detach() {}

  @Override
  public boolean ready() {
    return false;
  }

  @Override
  public void close() {}
}
