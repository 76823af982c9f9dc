package dev.sandglass.model;

/**
 * Hears what the model writes, as it writes it, from the thread that called {@link
 * ModelSession#step}.
 */
public interface StepListener {

  /** More of an answer or of the words before code. */
  void onText(String delta);

  /** Code begins: comes once for each piece of code, before its first {@link #onCode}. */
  void onCodeStart();

  void onCode(String delta);
}
