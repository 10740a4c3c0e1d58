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
  DROP("dropped"),
  /** Beside the tensors of a module that is used; dropped, the target is the reason. */
  DROP_BESIDE("dropped");

  private final String label;

  Transform(String label) {
    this.label = label;
  }

  /** Whether the tensors of such a row are no part of the model. */
  public boolean drops() {
    return switch (this) {
      case MATRIX, PLAIN, UNSTACK, UNSTACK_GATE_UP -> false;
      case DROP, DROP_BESIDE -> true;
    };
  }

  /** What is done, in words. */
  public String label() {
    return label;
  }
}
