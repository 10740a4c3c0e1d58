package io.deltaport.converter.weights;

/** What a row does with a tensor. */
public enum Transform {
  /** Used as it lies, in any format that the ops take. */
  MATRIX("as it lies"),
  /** Used as it lies, without scales: a norm, a bias, a router. */
  PLAIN("as it lies, unquantised"),
  /** {@code [experts, out, in]}: each expert's matrix is used where it lies. */
  UNSTACK("one matrix an expert"),
  /** {@code [experts, 2 * out, in]}: gate rows, then up rows, of each expert. */
  UNSTACK_GATE_UP("gate and up matrix an expert"),
  /** Not part of the model; the target is the reason. */
  DROP("dropped");

  private final String label;

  Transform(String label) {
    this.label = label;
  }

  /** What is done, in words. */
  public String label() {
    return label;
  }
}
