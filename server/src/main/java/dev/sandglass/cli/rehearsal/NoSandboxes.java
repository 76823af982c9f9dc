package dev.sandglass.cli.rehearsal;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import java.util.List;

/** The rehearsal runs during the build, when there may be no image and no right to use one. */
final class NoSandboxes implements SandboxDriver {

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
        SandboxException.Reason.UNSUPPORTED_HOST, "a rehearsal runs no sandboxes");
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
