package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.GraphBuilder;
import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Format;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.ValueInfo;
import io.deltaport.loader.config.ModelConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts that both graphs are made of: inputs, weights, norms and projections, each named by its
 * module.
 */
final class GraphParts {
  private final GraphBuilder graph;
  private final ModelConfig config;
  private final PlacedWeights weights;

  GraphParts(String name, ModelConfig config, PlacedWeights weights) {
    this.graph = new GraphBuilder(name);
    this.config = config;
    this.weights = weights;
  }

  ModelConfig config() {
    return config;
  }

  PlacedWeights weights() {
    return weights;
  }

  GraphBuilder graph() {
    return graph;
  }

  Graph build() {
    return graph.build();
  }

  Value input(GraphInput input) {
    return graph.input(input.info());
  }

  void output(Value value, ElementType type, Dim... dims) {
    graph.output(ValueInfo.of(value.name(), type, dims));
  }

  /** {@code embed_tokens}: {@code [tokens, hidden]}. */
  Value embedding(String output) {
    return graph.add(
        matrix(Node.of(Op.GATHER_ROWS, "model.embed_tokens"), tied(Role.EMBEDDING, Role.HEAD))
            .input("rows", input(GraphInput.INPUT_IDS))
            .output("y", output));
  }

  /** {@code lm_head}: {@code [n, vocab]}. */
  Value languageModelHead(Value rows) {
    Weight weight = tied(Role.HEAD, Role.EMBEDDING);
    return linear("lm_head", weight, Optional.empty(), rows, "logits", Products.BY_MODE);
  }

  /** The weight of a role; where two are tied and a checkpoint has one, that one. */
  private Weight tied(Role role, Role other) {
    return weights.find(role.one()).orElseGet(() -> weights.get(other.one()));
  }

  /** Rows of activations, {@code [rows, width]}. */
  Value rows(String name, Value table, GraphInput rows) {
    return graph.add(
        Node.of(Op.TAKE_ROWS, name).input("x", table).input("rows", input(rows)).output("y", name));
  }

  /** How a product is computed. */
  private enum Products {
    /** As the compute mode has it. */
    BY_MODE,
    /** In float32 whatever the compute mode. */
    FLOAT32
  }

  /** {@code nn.Linear} without a bias: {@code [tokens, out]}. */
  Value linear(WeightId id, Value x) {
    Weight weight = weights.get(id);
    String output = weight.module() + ".y";
    return linear(weight.module(), weight, Optional.empty(), x, output, Products.BY_MODE);
  }

  /** The same with a bias, where the plan has it. */
  Value linear(WeightId id, WeightId bias, Value x) {
    return linear(id, bias, x, weights.get(id).module() + ".y");
  }

  Value linear(WeightId id, WeightId bias, Value x, String output) {
    Weight weight = weights.get(id);
    return linear(weight.module(), weight, weights.find(bias), x, output, Products.BY_MODE);
  }

  /**
   * The same in float32 whatever the compute mode, for products whose rounded inputs would cost the
   * most. A weight of int4 is so coarse that its input may be rounded too.
   */
  Value exactLinear(WeightId id, Value x) {
    Weight weight = weights.get(id);
    Products products = weight.format() == Format.INT4 ? Products.BY_MODE : Products.FLOAT32;
    return linear(weight.module(), weight, Optional.empty(), x, weight.module() + ".y", products);
  }

  private Value linear(
      String node,
      Weight weight,
      Optional<Weight> bias,
      Value x,
      String output,
      Products products) {
    return graph.add(
        matrix(Node.of(Op.LINEAR, node), weight)
            .input("x", x)
            .input("bias", bias.map(this::plain).orElse(null))
            .attribute("exact", products == Products.FLOAT32 ? 1 : 0)
            .output("y", output));
  }

  /** {@code Qwen3NextRMSNorm} of a stream. */
  Value norm(WeightId id, Value x) {
    return graph.add(norm(id, x, null));
  }

  /** A norm node of {@code x + residual}, zero-centred. */
  Node.Builder norm(WeightId id, Value x, @Nullable Value residual) {
    Weight weight = weights.get(id);
    return Node.of(Op.RMS_NORM, weight.module())
        .input("x", x)
        .input("weight", plain(weight))
        .input("residual", residual)
        .attribute("epsilon", (float) config.rmsNormEps())
        .attribute("unit_offset", 1);
  }

  /** Binds the one matrix of an op, and the attributes of its format. */
  private Node.Builder matrix(Node.Builder node, Weight weight) {
    bind(node, "weight", "", weight);
    node.attribute("format", weight.format().code());
    node.ints("block", weight.block().numbers());
    if (weight.format() == Format.INT4) {
      node.floats("codebook", weight.codebook());
      node.attribute("in", weight.shape().dim(1));
    }
    return node;
  }

  /** Binds the three inputs of a matrix. */
  void bind(Node.Builder node, String formal, String prefix, Weight weight) {
    String name = weight.name();
    node.input(formal, initializer(name, weight.data()));
    weight
        .scales()
        .ifPresent(part -> node.input(prefix + "scales", initializer(name + ".scales", part)));
    weight
        .zeroPoints()
        .ifPresent(
            part -> node.input(prefix + "zero_points", initializer(name + ".zero_points", part)));
  }

  /** A weight without scales. */
  Value plain(WeightId id) {
    return plain(weights.get(id));
  }

  private Value plain(Weight weight) {
    return initializer(weight.name(), weight.data());
  }

  private Value initializer(String name, Part part) {
    return graph.initializer(
        new Initializer.External(
            name, type(part), part.shape().dims(), part.file(), part.offset(), part.bytes()));
  }

  /** The ONNX type of a part's elements; other types never get into a plan. */
  static ElementType type(Part part) {
    return switch (part.dtype()) {
      case F32 -> ElementType.FLOAT;
      case F16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
      case F8_E4M3 -> ElementType.FLOAT8E4M3FN;
      case I8 -> ElementType.INT8;
      case U8 -> ElementType.UINT8;
      case BOOL,
          F4,
          F6_E2M3,
          F6_E3M2,
          F8_E5M2,
          F8_E8M0,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          I16,
          U16,
          I32,
          U32,
          C64,
          F64,
          I64,
          U64 ->
          throw new IllegalStateException("no op takes " + part.dtype());
    };
  }
}
