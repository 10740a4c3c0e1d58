package io.deltaport.converter;

import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.function.Predicate;

/**
 * How many parameters a model has, by what a token reads of them. MTP weights are counted where the
 * plan uses them.
 *
 * @param total all parameters of the graphs, a tied embedding once
 * @param embedding those of the embedding table, of which a token reads one row; 0 where it is the
 *     head too
 * @param experts those of the routed experts, of which a token reads {@code top_k} a layer
 * @param activeExperts those of {@code top_k} experts a layer
 */
public record ParameterCount(long total, long embedding, long experts, long activeExperts) {
  /**
   * Parameters that one token multiplies with: all but the embedding table and the experts not
   * chosen.
   */
  public long active() {
    return total - embedding - experts + activeExperts;
  }

  /** The count of a weight table. */
  static ParameterCount of(ModelConfig config, List<Row> table) {
    long tables = count(table, row -> row.holds(Role.Kind.TABLE));
    long embedding = count(table, row -> row.is(Role.EMBEDDING));
    long head = count(table, row -> row.is(Role.HEAD));
    boolean tied =
        config.architecture().tieWordEmbeddings()
            && config.architecture().head() == HeadType.CAUSAL_LM;
    long counted = tied ? Math.max(embedding, head) : tables;
    long experts = count(table, row -> row.holds(Role.Kind.EXPERT));
    long active = config.moe().map(moe -> experts / moe.experts() * moe.topK()).orElse(0L);
    return new ParameterCount(
        count(table, row -> true) - tables + counted, tied ? 0 : embedding, experts, active);
  }

  private static long count(List<Row> table, Predicate<Row> wanted) {
    return table.stream().filter(wanted).mapToLong(Row::parameters).sum();
  }
}
