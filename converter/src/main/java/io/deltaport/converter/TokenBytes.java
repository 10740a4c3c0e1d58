package io.deltaport.converter;

import io.deltaport.converter.family.Families;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.ModelInfo;
import io.deltaport.directory.Mtp;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.safetensors.SafetensorsWriter;
import io.deltaport.loader.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a decoded token reads of a model's weights, tensor by tensor as stored, scales included: the
 * head whole, one row of the embedding, of a layer's experts those that the token chooses, all
 * else. Without the MTP head, which a plain step does not run.
 *
 * @param dense bytes of what every token reads
 * @param activeExperts bytes of the experts that a token chooses
 * @param experts bytes of all routed experts
 */
public record TokenBytes(long dense, long activeExperts, long experts) {
  /**
   * Of a model directory, from the headers of its weight files.
   *
   * @throws io.deltaport.loader.CheckpointException if one cannot be read
   */
  public static TokenBytes of(ModelDirectory directory) {
    ModelConfig config = Families.config(directory.config());
    Map<String, Tensor> tensors = ModelSize.tensors(directory);
    List<Row> rows =
        Families.of(directory.config()).weights(config, tensors.keySet(), Mtp.NONE).stream()
            .filter(row -> !row.transform().drops())
            .toList();
    return of(directory.manifest().model(), rows, tensors.values());
  }

  private static TokenBytes of(ModelInfo model, List<Row> rows, Collection<Tensor> tensors) {
    long all = bytes(tensors, rows, row -> true);
    long embedding = bytes(tensors, rows, row -> row.is(Role.EMBEDDING));
    long experts = bytes(tensors, rows, row -> row.holds(Role.Kind.EXPERT));
    boolean tied =
        model.head() == HeadType.CAUSAL_LM && rows.stream().noneMatch(row -> row.is(Role.HEAD));
    long table = tied ? embedding : 0;
    // Only the head on disk: the embedding is read from it.
    long stored = embedding > 0 ? embedding : bytes(tensors, rows, row -> row.is(Role.HEAD));
    long row = stored / model.vocabSize();
    long active =
        model.experts() == null
            ? 0
            : Math.multiplyExact(experts, model.topK()) / model.experts().numExperts();
    return new TokenBytes(all - embedding - experts + table + row, active, experts);
  }

  /** All that a token reads. */
  public long all() {
    return dense + activeExperts;
  }

  private static long bytes(Collection<Tensor> tensors, List<Row> rows, Predicate<Row> wanted) {
    Predicate<String> names = ModelSize.tensors(rows, wanted);
    return tensors.stream()
        .filter(tensor -> !SafetensorsWriter.isFiller(tensor))
        .filter(tensor -> names.test(tensor.name()))
        .mapToLong(Tensor::bytes)
        .sum();
  }
}
