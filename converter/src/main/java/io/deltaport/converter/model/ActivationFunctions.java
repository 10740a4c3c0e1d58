package io.deltaport.converter.model;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * The functions of transformers' {@code ACT2FN} that the ops compute, by their {@code hidden_act}
 * names; left out are those with weights of their own.
 */
public final class ActivationFunctions {
  private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.ofEntries(
          Map.entry("gelu", ActivationFunctions::gelu),
          Map.entry("gelu_10", x -> clip(gelu(x), -10, 10)),
          Map.entry("gelu_accurate", ActivationFunctions::geluTanh),
          Map.entry("gelu_fast", ActivationFunctions::geluTanh),
          Map.entry("gelu_new", ActivationFunctions::geluTanh),
          Map.entry("gelu_python", ActivationFunctions::gelu),
          Map.entry("gelu_python_tanh", ActivationFunctions::geluTanh),
          Map.entry("gelu_pytorch_tanh", ActivationFunctions::geluTanh),
          Map.entry("hardswish", x -> x * clip(x + 3, 0, 6) / 6),
          Map.entry("laplace", x -> normal((x - 0.707107) / 0.282095)),
          Map.entry("leaky_relu", x -> x > 0 ? x : 0.01 * x),
          Map.entry("linear", x -> x),
          Map.entry("mish", x -> x * Math.tanh(softplus(x))),
          Map.entry("quick_gelu", x -> x * sigmoid(1.702 * x)),
          Map.entry("relu", x -> Math.max(x, 0)),
          Map.entry("relu2", x -> Math.max(x, 0) * Math.max(x, 0)),
          Map.entry("relu6", x -> clip(x, 0, 6)),
          Map.entry("sigmoid", ActivationFunctions::sigmoid),
          Map.entry("silu", x -> x * sigmoid(x)),
          Map.entry("sqrtsoftplus", x -> Math.sqrt(softplus(x))),
          Map.entry("swish", x -> x * sigmoid(x)),
          Map.entry("tanh", Math::tanh));

  private ActivationFunctions() {}

  /** All names. */
  static Set<String> names() {
    return FUNCTIONS.keySet();
  }

  /** The function of one of these names, to about 1e-7. */
  public static DoubleUnaryOperator of(String name) {
    return Objects.requireNonNull(FUNCTIONS.get(name), name);
  }

  private static double gelu(double x) {
    return x * normal(x);
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return x > 20 ? x : Math.log1p(Math.exp(x));
  }

  private static double clip(double x, double least, double most) {
    return Math.min(Math.max(x, least), most);
  }

  /** The distribution function of the normal distribution: Abramowitz and Stegun, 7.1.26. */
  private static double normal(double x) {
    double z = Math.abs(x) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * z);
    double series =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double tail = 0.5 * series * Math.exp(-z * z);
    return x < 0 ? tail : 1 - tail;
  }
}
