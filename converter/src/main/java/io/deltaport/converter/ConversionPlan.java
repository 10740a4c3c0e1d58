package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.family.Families;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.converter.model.Supported;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.Mtp;
import io.deltaport.directory.graph.Format;
import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import io.deltaport.loader.Problem;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.config.ModelConfig;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that is decided before anything is written, from headers and configs alone.
 *
 * @param rewrites for the weights that are rewritten, by name
 * @param notes of these and of the checkpoint's files, for the user
 * @param state of the layers, the MTP head's included where it is used
 */
record ConversionPlan(
    Conversion conversion,
    Checkpoint checkpoint,
    ModelFamily family,
    ModelConfig config,
    WeightPlan weights,
    SortedMap<String, Rewrite> rewrites,
    List<String> notes,
    State state) {
  ConversionPlan {
    rewrites = Collections.unmodifiableSortedMap(new TreeMap<>(rewrites));
    notes = List.copyOf(notes);
  }

  /** Opens the checkpoint and accounts for every tensor. */
  static ConversionPlan of(Conversion conversion) {
    Checkpoint checkpoint = Checkpoint.open(conversion.source());
    ModelFamily family = Families.of(checkpoint.config());
    ModelConfig config = Families.config(checkpoint.config());
    Mtp mtp = conversion.has(Option.MTP) ? Mtp.HEAD : Mtp.NONE;
    List<Problem> problems = Supported.problems(config, mtp);
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
    List<Row> table = family.weights(config, checkpoint.tensors().keySet(), mtp);
    WeightPlan weights =
        WeightPlan.of(
            table, checkpoint.tensors(), checkpoint.absent(), config.source().quantization());
    RewriteChooser.Decided decided = RewriteChooser.of(conversion, weights.weights().values());
    return new ConversionPlan(
        conversion,
        checkpoint,
        family,
        config,
        weights,
        decided.rewrites(),
        Stream.of(unreadIndex(checkpoint), weights.notes(), decided.notes())
            .flatMap(List::stream)
            .toList(),
        new State(family.state(config, mtp)));
  }

  private static List<String> unreadIndex(Checkpoint checkpoint) {
    return checkpoint
        .unreadIndex()
        .map(index -> List.of(index + " lies beside the single file and is not read"))
        .orElse(List.of());
  }

  /** The weights, by name. */
  Collection<StoredWeight> sources() {
    return weights.weights().values();
  }

  /** Refuses a calibration that nothing would use. */
  void requireInt4() {
    boolean used =
        rewrites.values().stream().anyMatch(rewrite -> rewrite.target().format() == Format.INT4);
    if (!used) {
      throw ConverterException.refused(
          "calibration", "a precision with int4 matrices", conversion.precision().name());
    }
  }

  /** What will be done, in numbers. */
  PlanSummary summary() {
    return new PlanSummary(
        weights.lines(),
        ParameterCount.of(config, weights.rows()),
        sources().stream().mapToLong(this::bytes).sum(),
        sources().stream()
            .filter(source -> source.id().role().kind() == Role.Kind.EXPERT)
            .mapToLong(this::bytes)
            .sum(),
        rewrites.values().stream().mapToLong(rewrite -> rewrite.target().bytes()).sum(),
        state.slotBytes(),
        state.blockBytes(KvType.F32, 1),
        config.source().defaultsUsed(),
        config.source().keysIgnored(),
        notes);
  }

  private long bytes(StoredWeight source) {
    Rewrite rewrite = rewrites.get(source.name());
    return rewrite == null ? source.bytes() : rewrite.target().bytes();
  }
}
