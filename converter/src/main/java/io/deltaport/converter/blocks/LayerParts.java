package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.GraphBuilder;
import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Formats;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Format;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What blocks are built with: the graph that grows, the model's sizes, its weights by what they
 * are, and the products and norms that every block has. A node is called like its module.
 */
public final class LayerParts {
  private static final String BACKBONE = "model.layers.";
  private static final String MTP = "mtp.layers.";

  private final GraphBuilder graph;
  private final ModelConfig config;
  private final PlacedWeights weights;
  private final Tap.Names taps;
  private @Nullable Value rotary;

  /**
   * An empty graph.
   *
   * @param name of the graph
   */
  public LayerParts(String name, ModelConfig config, PlacedWeights weights, Tap.Names taps) {
    this.graph = new GraphBuilder(name);
    this.config = config;
    this.weights = weights;
    this.taps = taps;
  }

  public ModelConfig config() {
    return config;
  }

  public PlacedWeights weights() {
    return weights;
  }

  public GraphBuilder graph() {
    return graph;
  }

  /** The module of a layer; the MTP head's layers come after the model's. */
  public String module(int layer) {
    int layers = config.layers().size();
    return layer < layers ? BACKBONE + layer : MTP + (layer - layers);
  }

  /** What a value of a layer is called, where it was given a name. */
  public Optional<String> tap(Tap tap, int layer) {
    return taps.of(tap, layer);
  }

  /** The angles that all layers rotate by, made once: {@code [tokens, rotary]}. */
  Value rotary() {
    Value known = rotary;
    if (known == null) {
      known = Rotary.of(this);
      rotary = known;
    }
    return known;
  }

  public Value input(Port input) {
    return graph.input(input.info());
  }

  /** An input {@code [tokens, hidden]}. */
  public Value hiddenInput() {
    return graph.input(Port.HIDDEN.info(config.hiddenSize()));
  }

  /** Declares an output whose width is the model's; a node gives the value of its name. */
  public void output(Port port, long width) {
    graph.output(port.info(width));
  }

  /** {@code nn.Linear} without a bias: {@code [tokens, out]}. */
  public Value linear(WeightId id, Value x) {
    return linear(weights.get(id), Optional.empty(), x);
  }

  /** {@code nn.Linear}: {@code [tokens, out]}, with a bias where the plan has it. */
  public Value linear(WeightId id, WeightId bias, Value x) {
    return linear(weights.get(id), weights.find(bias), x);
  }

  private Value linear(Weight weight, Optional<Weight> bias, Value x) {
    return graph.add(linear(weight.module(), weight, bias, x, Products.BY_MODE));
  }

  /**
   * The same in float32 whatever the compute mode, for products whose rounded inputs would cost the
   * most. A weight of int4 or FP4 is so coarse that its input may be rounded too.
   */
  public Value exactLinear(WeightId id, Value x) {
    Weight weight = weights.get(id);
    boolean coarse = weight.format() == Format.INT4 || weight.format() == Format.FP4;
    Products products = coarse ? Products.BY_MODE : Products.FLOAT32;
    return graph.add(linear(weight.module(), weight, Optional.empty(), x, products));
  }

  /** How a product is computed. */
  enum Products {
    /** As the compute mode has it. */
    BY_MODE,
    /** In float32 whatever the compute mode. */
    FLOAT32
  }

  Node.Builder linear(
      String node, Weight weight, Optional<Weight> bias, Value x, Products products) {
    return matrix(Node.of(Op.LINEAR, node), weight)
        .input("x", x)
        .input("bias", bias.map(this::plain).orElse(null))
        .attribute("exact", products == Products.FLOAT32 ? 1 : 0);
  }

  /** Binds the one matrix of an op, and the attributes of its format. */
  Node.Builder matrix(Node.Builder node, Weight weight) {
    bind(node, "weight", "", weight);
    node.attribute("format", weight.format().code());
    node.ints("block", weight.block().numbers());
    if (weight.format() == Format.INT4) {
      node.floats("codebook", weight.codebook());
      node.attribute("in", weight.shape().dim(1));
    }
    if (weight.format() == Format.FP4) {
      node.attribute("factor", weights.factor(weight));
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

  /** Sets the one codebook of all int4 matrices of an op. */
  void codebook(String module, Node.Builder node, Stream<Weight> weights) {
    List<List<Float>> codebooks =
        weights.map(Weight::codebook).filter(codebook -> !codebook.isEmpty()).distinct().toList();
    if (codebooks.size() > 1) {
      throw ConverterException.refused(
          module,
          "one int4 codebook",
          codebooks.size() + " codebooks; another --precision has one");
    }
    codebooks.forEach(codebook -> node.floats("codebook", codebook));
  }

  /** Sets the factors of all matrices of an op, where one of them is FP4. */
  void factors(Node.Builder node, List<Weight> matrices) {
    if (matrices.stream().anyMatch(weight -> weight.format() == Format.FP4)) {
      node.floats("factors", matrices.stream().map(weights::factor).toList());
    }
  }

  /** A weight without scales. */
  public Value plain(WeightId id) {
    return plain(weights.get(id));
  }

  Value plain(Weight weight) {
    return initializer(weight.name(), weight.data());
  }

  private Value initializer(String name, Part part) {
    return graph.initializer(
        new Initializer.External(
            name, type(part), part.shape().dims(), part.file(), part.offset(), part.bytes()));
  }

  /** The ONNX type of a part's elements; other types never get into a plan. */
  static ElementType type(Part part) {
    return Formats.element(part.dtype())
        .orElseThrow(() -> new IllegalStateException("no op takes " + part.dtype()));
  }
}
