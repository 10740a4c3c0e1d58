package io.deltaport.converter;

import io.deltaport.converter.family.Families;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Mtp;
import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.safetensors.SafetensorsWriter;
import io.deltaport.loader.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How large a model is.
 *
 * @param parameters of the graphs
 * @param weightBytes bytes of all weights that the graphs use, scales included, as stored
 * @param expertBytes of them, bytes of the routed experts
 * @param stateBytesPerSequence conv and recurrent state of one sequence, float32
 * @param kvBytesPerToken keys and values of one token, float32
 */
public record ModelSize(
    ParameterCount parameters,
    long weightBytes,
    long expertBytes,
    long stateBytesPerSequence,
    long kvBytesPerToken) {
  /** Of what a conversion makes. */
  public static ModelSize of(PlanSummary plan) {
    return new ModelSize(
        plan.parameters(),
        plan.weightBytes(),
        plan.expertBytes(),
        plan.stateBytesPerSequence(),
        plan.kvBytesPerToken());
  }

  /**
   * Of a model directory, from the headers of its weight files.
   *
   * @throws io.deltaport.loader.CheckpointException if one cannot be read
   */
  public static ModelSize of(ModelDirectory directory) {
    ModelFamily family = Families.of(directory.config());
    ModelConfig config = Families.config(directory.config());
    Map<String, Tensor> tensors = tensors(directory);
    Mtp mtp = directory.mtpGraph().isPresent() ? Mtp.HEAD : Mtp.NONE;
    List<Row> rows = family.weights(config, tensors.keySet(), mtp);
    State state = directory.manifest().state();
    Predicate<String> dropped = tensors(rows, row -> row.transform().drops());
    Predicate<String> experts = tensors(rows, row -> row.holds(Role.Kind.EXPERT));
    List<Tensor> weights =
        tensors.values().stream()
            .filter(tensor -> !SafetensorsWriter.isFiller(tensor))
            .filter(tensor -> !dropped.test(tensor.name()))
            .toList();
    return new ModelSize(
        ParameterCount.of(config, rows),
        weights.stream().mapToLong(Tensor::bytes).sum(),
        weights.stream()
            .filter(tensor -> experts.test(tensor.name()))
            .mapToLong(Tensor::bytes)
            .sum(),
        state.slotBytes(),
        state.blockBytes(KvType.F32, 1));
  }

  /** Memory that holds all weights and the state of one sequence of so many tokens, in bytes. */
  public long memoryToRun(long tokens) {
    return weightBytes + stateBytesPerSequence + Math.multiplyExact(tokens, kvBytesPerToken);
  }

  /** Bits of storage a parameter. */
  public double bitsPerWeight() {
    return 8.0 * weightBytes / parameters.total();
  }

  /** The tensors of the weight files, by name. */
  static Map<String, Tensor> tensors(ModelDirectory directory) {
    Map<String, Tensor> tensors = new TreeMap<>();
    directory.manifest().files().stream()
        .filter(FileEntry::holdsWeights)
        .map(file -> SafetensorsFile.read(directory.weightFolder().resolve(file.name())))
        .forEach(file -> tensors.putAll(file.tensors()));
    return tensors;
  }

  /** Tells the tensors of some rows by their names. */
  static Predicate<String> tensors(List<Row> rows, Predicate<Row> wanted) {
    return rows.stream().filter(wanted).map(Row::tensors).reduce(name -> false, Predicate::or);
  }
}
