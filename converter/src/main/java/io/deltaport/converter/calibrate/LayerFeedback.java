package io.deltaport.converter.calibrate;

import io.deltaport.converter.model.Activations;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Rows;
import io.deltaport.converter.rewrite.ShardBytes;
import io.deltaport.converter.weights.Source;
import io.deltaport.loader.config.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The feedback for each matrix of one layer, shared by matrices of the same inputs. */
final class LayerFeedback {
  /** An expert that saw fewer tokens is rounded without feedback. */
  static final int FEWEST_TOKENS = 128;

  private static final int BATCH = 256;
  private static final Pattern MLP =
      Pattern.compile(
          "(mlp\\.(?:shared_expert\\.|experts\\.(\\d+)\\.)?)(gate|up|down)_proj\\.weight");
  private static final Pattern MIXER =
      Pattern.compile(
          "(?:linear_attn|self_attn)\\.(in_proj_\\w+|[qkv]_proj|out_proj|o_proj)\\.weight");

  private final String module;
  private final LayerInputs inputs;
  private final Optional<Routing> routing;
  private final Map<String, Source> sources;
  private final ShardBytes bytes;
  private final ModelConfig config;
  private final Map<String, SharedFeedback> shared = new HashMap<>();

  LayerFeedback(
      String module,
      LayerInputs inputs,
      ModelConfig config,
      Map<String, Source> sources,
      ShardBytes bytes) {
    this.module = module;
    this.inputs = inputs;
    this.routing =
        inputs.routerLogits().map(logits -> Routing.of(config.moe().orElseThrow(), logits));
    this.config = config;
    this.sources = sources;
    this.bytes = bytes;
  }

  /** Rows of a table and what each counts. */
  private record Selection(Inputs table, List<Integer> rows, List<Float> weights) {
    static Selection all(Inputs table) {
      List<Integer> rows = IntStream.range(0, table.rows()).boxed().toList();
      return new Selection(table, rows, rows.stream().map(row -> 1f).toList());
    }
  }

  /** The feedback of a matrix; none where its inputs are not known or too few. */
  Optional<SharedFeedback> of(String name) {
    String rest = name.substring(module.length());
    Matcher mixer = MIXER.matcher(rest);
    if (mixer.matches()) {
      boolean last = mixer.group(1).equals("out_proj") || mixer.group(1).equals("o_proj");
      return last
          ? share("mixed", () -> plain(Selection.all(inputs.mixed())))
          : share("mixer", () -> plain(Selection.all(inputs.mixer())));
    }
    Matcher mlp = MLP.matcher(rest);
    return mlp.matches() ? mlp(mlp.group(1), mlp.group(2), mlp.group(3)) : Optional.empty();
  }

  /** Whether an expert saw too few tokens. */
  boolean isRare(String name) {
    Matcher mlp = MLP.matcher(name.substring(module.length()));
    return mlp.matches() && selection(mlp.group(2)).rows().size() < FEWEST_TOKENS;
  }

  private Optional<SharedFeedback> mlp(String prefix, @Nullable String expert, String projection) {
    Selection selection = selection(expert);
    if (selection.rows().size() < FEWEST_TOKENS) {
      return Optional.empty();
    }
    if (!projection.equals("down")) {
      boolean alone = expert == null;
      return share(alone ? "mlp" : prefix, () -> plain(selection));
    }
    return share(prefix + "down", () -> gated(module + prefix, selection));
  }

  private Selection selection(@Nullable String expert) {
    if (expert == null || routing.isEmpty()) {
      return Selection.all(inputs.mlp());
    }
    int index = Integer.parseInt(expert);
    return new Selection(
        inputs.mlp(), routing.get().tokens().get(index), routing.get().weights().get(index));
  }

  private Optional<SharedFeedback> share(String key, Supplier<Optional<Feedback>> source) {
    return Optional.of(shared.computeIfAbsent(key, k -> new SharedFeedback(source)));
  }

  private static Optional<Feedback> plain(Selection selection) {
    int width = selection.table().width();
    return feedback(
        selection,
        width,
        (x, count, weights, to) -> {
          for (int i = 0; i < count * width; i++) {
            to[i] = x[i] * weights[i / width];
          }
        });
  }

  private Optional<Feedback> gated(String mlp, Selection selection) {
    Source gate = source(mlp + "gate_proj.weight");
    Source up = source(mlp + "up_proj.weight");
    GatedInputs gated =
        new GatedInputs(
            Activations.of(config.hiddenAct()), gate, Rows.of(gate, bytes), Rows.of(up, bytes));
    return feedback(selection, gated.intermediate(), gated::fill);
  }

  /** What a matrix is multiplied with, of rows of the selection's table. */
  private interface Made {
    /** Fills {@code to} from {@code x}, {@code count} rows, each times its weight. */
    void fill(float[] x, int count, float[] weights, float[] to);
  }

  private static Optional<Feedback> feedback(Selection selection, int width, Made made) {
    int tableWidth = selection.table().width();
    Moments moments = new Moments(width);
    float[] x = new float[BATCH * tableWidth];
    float[] weights = new float[BATCH];
    float[] y = new float[BATCH * width];
    for (int from = 0; from < selection.rows().size(); from += BATCH) {
      int count = Math.min(BATCH, selection.rows().size() - from);
      for (int row = 0; row < count; row++) {
        selection.table().copyRow(selection.rows().get(from + row), x, row * tableWidth);
        weights[row] = selection.weights().get(from + row);
      }
      made.fill(x, count, weights, y);
      moments.add(y, count);
    }
    return moments.feedback();
  }

  private Source source(String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw new IllegalStateException("no weight " + name);
    }
    return source;
  }
}
