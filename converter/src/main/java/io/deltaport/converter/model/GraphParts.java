package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Dim;
import io.deltaport.converter.onnx.ElementType;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.GraphBuilder;
import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Op;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.onnx.ValueInfo;
import io.deltaport.converter.weights.Format;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * The parts that both graphs are made of: inputs, weights, norms and projections, each named by its
 * module.
 */
final class GraphParts {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

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
        matrix(Node.of(Op.GATHER_ROWS, "model.embed_tokens"), tied(EMBEDDING, HEAD))
            .input("rows", input(GraphInput.INPUT_IDS))
            .output("y", output));
  }

  /** {@code lm_head}: {@code [n, vocab]}. */
  Value languageModelHead(Value rows) {
    return linear("lm_head", tied(HEAD, EMBEDDING), rows, "logits");
  }

  /** The weight of that name; where two are tied and a checkpoint has one, that one. */
  private String tied(String name, String other) {
    return weights.has(name) ? name : other;
  }

  /** Rows of activations, {@code [rows, width]}. */
  Value rows(String name, Value table, GraphInput rows) {
    return graph.add(
        Node.of(Op.TAKE_ROWS, name).input("x", table).input("rows", input(rows)).output("y", name));
  }

  /** {@code nn.Linear}: {@code [tokens, out]}, with a bias where the plan has one. */
  Value linear(String module, Value x) {
    return linear(module, module + ".weight", x, module + ".y");
  }

  Value linear(String module, String weight, Value x, String output) {
    return linear(module, weight, x, output, 0);
  }

  /**
   * The same in float32 whatever the compute mode, for products whose rounded inputs would cost the
   * most. A weight of int4 is so coarse that its input may be rounded too.
   */
  Value exactLinear(String module, Value x) {
    String weight = module + ".weight";
    int exact = weights.get(weight).format() == Format.INT4 ? 0 : 1;
    return linear(module, weight, x, module + ".y", exact);
  }

  private Value linear(String module, String weight, Value x, String output, int exact) {
    String bias = module + ".bias";
    return graph.add(
        matrix(Node.of(Op.LINEAR, module), weight)
            .input("x", x)
            .input("bias", weights.has(bias) ? plain(bias) : null)
            .attribute("exact", exact)
            .output("y", output));
  }

  /** {@code Qwen3NextRMSNorm} of a stream. */
  Value norm(String module, Value x) {
    return graph.add(norm(module, x, null));
  }

  /** A norm node of {@code x + residual}, zero-centred. */
  Node.Builder norm(String module, Value x, @Nullable Value residual) {
    return Node.of(Op.RMS_NORM, module)
        .input("x", x)
        .input("weight", plain(module + ".weight"))
        .input("residual", residual)
        .attribute("epsilon", (float) config.rmsNormEps())
        .attribute("unit_offset", 1);
  }

  /** Binds the one matrix of an op, and the attributes of its format. */
  private Node.Builder matrix(Node.Builder node, String name) {
    Weight weight = bind(node, "weight", "", name);
    node.attribute("format", weight.format().code());
    node.ints("block", weight.block().numbers());
    if (weight.format() == Format.INT4) {
      node.floats("codebook", weight.codebook());
      node.attribute("in", weight.shape().dim(1));
    }
    return node;
  }

  /** Binds the three inputs of a matrix. */
  Weight bind(Node.Builder node, String formal, String prefix, String name) {
    Weight weight = weights.get(name);
    node.input(formal, initializer(name, weight.data()));
    weight
        .scales()
        .ifPresent(part -> node.input(prefix + "scales", initializer(name + ".scales", part)));
    weight
        .zeroPoints()
        .ifPresent(
            part -> node.input(prefix + "zero_points", initializer(name + ".zero_points", part)));
    return weight;
  }

  /** A weight without scales. */
  Value plain(String name) {
    return initializer(name, weights.get(name).data());
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
