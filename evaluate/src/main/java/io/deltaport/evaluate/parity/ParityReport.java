package io.deltaport.evaluate.parity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a model compares with its reference.
 *
 * @param rows one a compared tensor, in the order of the computation; at least one
 * @param tokens real tokens of all runs
 * @param closeTokens tokens whose best token leads by less than 1e-4 in the reference; compared all
 *     the same
 * @param leftOutTokens tokens left out because a rounding decides their experts
 * @param loss cross-entropy, where compared
 * @param auxLoss load-balancing loss, where compared
 * @param notCompared names of reference tensors that were not compared
 * @param unknown names of tensors in the reference that it cannot have: one fails the comparison,
 *     as it may be a misspelt one that was to be compared
 */
public record ParityReport(
    List<ParityRow> rows,
    long tokens,
    long closeTokens,
    long leftOutTokens,
    Optional<LossPair> loss,
    Optional<LossPair> auxLoss,
    List<String> notCompared,
    List<String> unknown) {
  private static final long MOST_LEFT_OUT_PERCENT = 1;

  /** Copies. */
  public ParityReport {
    rows = List.copyOf(rows);
    notCompared = List.copyOf(notCompared);
    unknown = List.copyOf(unknown);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one row");
    }
  }

  /**
   * Whether every row is within its bound, no more than one token in a hundred was left out, and
   * the reference holds nothing unknown.
   */
  public boolean passed() {
    return failed() == 0 && !tooManyLeftOut() && unknown.isEmpty();
  }

  /** Whether more than one token in a hundred was left out, which fails a case. */
  public boolean tooManyLeftOut() {
    return leftOutTokens * 100 > tokens * MOST_LEFT_OUT_PERCENT;
  }

  /** Rows beyond their bound. */
  public long failed() {
    return rows.stream().filter(row -> row.verdict() == Verdict.FAIL).count();
  }

  /** Tokens that a rounding could change: {@link #closeTokens} and {@link #leftOutTokens}. */
  public long ambiguous() {
    return closeTokens + leftOutTokens;
  }

  /** The row that used most of what it is allowed. */
  public ParityRow worst() {
    return rows.stream()
        .max(Comparator.comparingDouble(ParityRow::used))
        .orElseThrow(IllegalStateException::new);
  }

  /** The first state between layers that is beyond its bound, else the first row that is. */
  public Optional<String> firstDivergence() {
    List<String> failing =
        rows.stream().filter(row -> row.verdict() == Verdict.FAIL).map(ParityRow::name).toList();
    return failing.stream()
        .filter(name -> name.startsWith("prefill.hidden_states."))
        .findFirst()
        .or(() -> failing.stream().findFirst());
  }

  /** The report as one JSON object; a number that is not finite becomes null. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("passed", passed());
    json.put("compared", rows.size());
    json.put("failed", failed());
    json.put("ambiguous", ambiguous());
    ObjectNode worst = json.putObject("worst");
    worst.put("name", worst().name());
    number(worst, "max_abs", worst().maxAbs());
    number(worst, "max_rel", worst().maxRel());
    shares(worst, worst());
    loss(json, "loss", loss);
    loss(json, "aux_loss", auxLoss);
    ArrayNode names = json.putArray("not_compared");
    notCompared.forEach(names::add);
    ArrayNode unknownNames = json.putArray("unknown");
    unknown.forEach(unknownNames::add);
    json.put("first_divergence", firstDivergence().orElse(null));
    ArrayNode list = json.putArray("rows");
    rows.forEach(row -> row(list.addObject(), row));
    return json;
  }

  private static void loss(ObjectNode json, String name, Optional<LossPair> loss) {
    if (loss.isEmpty()) {
      json.putNull(name);
      return;
    }
    ObjectNode pair = json.putObject(name);
    number(pair, "ours", loss.get().ours());
    number(pair, "reference", loss.get().reference());
  }

  private static void row(ObjectNode json, ParityRow row) {
    json.put("name", row.name());
    number(json, "max_abs", row.maxAbs());
    number(json, "max_rel", row.maxRel());
    number(json, "cosine", row.cosine());
    shares(json, row);
    json.put("verdict", row.verdict().label());
  }

  /** Ours and official float32's, of the bound. */
  private static void shares(ObjectNode json, ParityRow row) {
    number(json, "share", row.share());
    number(json, "official_share", row.officialShare().orElse(Double.NaN));
  }

  private static void number(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
