package io.deltaport.loader.config;

import java.util.List;

/** The names that {@code hidden_act} may have, {@code ACT2FN} of transformers. */
final class Activations {
  private static final List<String> NAMES =
      List.of(
          "gelu",
          "gelu_10",
          "gelu_accurate",
          "gelu_fast",
          "gelu_new",
          "gelu_python",
          "gelu_python_tanh",
          "gelu_pytorch_tanh",
          "hardswish",
          "laplace",
          "leaky_relu",
          "linear",
          "mish",
          "prelu",
          "quick_gelu",
          "relu",
          "relu2",
          "relu6",
          "sigmoid",
          "silu",
          "sqrtsoftplus",
          "swish",
          "tanh",
          "xielu");

  private Activations() {}

  static boolean known(String name) {
    return NAMES.contains(name);
  }

  static String all() {
    return "one of " + String.join(", ", NAMES);
  }
}
