package dev.sandglass.model;

/** A listener that writes down what it hears: words as they are, code in «». */
final class Heard implements StepListener {

  private final StringBuilder all = new StringBuilder();
  private boolean open;

  @Override
  public void onText(String delta) {
    close();
    all.append(delta);
  }

  @Override
  public void onCodeStart() {
    close();
    all.append('«');
    open = true;
  }

  @Override
  public void onCode(String delta) {
    all.append(delta);
  }

  private void close() {
    if (open) {
      all.append('»');
      open = false;
    }
  }

  @Override
  public String toString() {
    return open ? all + "»" : all.toString();
  }
}
