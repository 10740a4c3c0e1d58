package io.deltaport.converter.calibrate;

import io.deltaport.converter.model.ActivationFunctions;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Rows;
import io.deltaport.converter.rewrite.ShardBytes;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.loader.config.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The feedback for each matrix of one layer, shared by matrices of the same inputs. */
final class LayerFeedback {
  /** An expert that saw fewer tokens is rounded without feedback. */
  static final int FEWEST_TOKENS = 128;

  private static final int BATCH = 256;
  private final int layer;
  private final LayerInputs inputs;
  private final Optional<Routing> routing;
  private final Map<WeightId, StoredWeight> weights;
  private final ShardBytes bytes;
  private final ModelConfig config;
  private final Map<Key, SharedFeedback> shared = new HashMap<>();

  LayerFeedback(
      int layer,
      LayerInputs inputs,
      ModelConfig config,
      Map<WeightId, StoredWeight> weights,
      ShardBytes bytes) {
    this.layer = layer;
    this.inputs = inputs;
    this.routing =
        inputs.routerLogits().map(logits -> Routing.of(config.moe().orElseThrow(), logits));
    this.config = config;
    this.weights = weights;
    this.bytes = bytes;
  }

  /** Rows of a table and what each counts. */
  private record Selection(FloatTable table, List<Integer> rows, List<Float> weights) {
    static Selection all(FloatTable table) {
      List<Integer> rows = IntStream.range(0, table.rows()).boxed().toList();
      return new Selection(table, rows, rows.stream().map(row -> 1f).toList());
    }
  }

  /** What goes into a matrix of the layer. */
  private enum Input {
    MIXER,
    MIXED,
    MLP,
    /** The gated product of a dense MLP. */
    MLP_GATED,
    /** The gated product of the shared expert. */
    SHARED_GATED,
    EXPERT,
    EXPERT_GATED
  }

  /** Matrices with the same key have the same inputs. */
  private record Key(Input input, OptionalInt expert) {}

  /** The feedback of a matrix; none where its inputs are not known or too few. */
  Optional<SharedFeedback> of(WeightId id) {
    return input(id.role()).flatMap(input -> of(new Key(input, id.expert())));
  }

  /** Whether an expert saw too few tokens. */
  boolean isRare(WeightId id) {
    return id.expert().isPresent() && selection(id.expert()).rows().size() < FEWEST_TOKENS;
  }

  private static Optional<Input> input(Role role) {
    return switch (role) {
      case DELTA_QKVZ,
          DELTA_BA,
          DELTA_QKV,
          DELTA_Z,
          DELTA_B,
          DELTA_A,
          ATTENTION_Q,
          ATTENTION_K,
          ATTENTION_V ->
          Optional.of(Input.MIXER);
      case DELTA_OUT, ATTENTION_O -> Optional.of(Input.MIXED);
      case MLP_GATE, MLP_UP, SHARED_GATE, SHARED_UP -> Optional.of(Input.MLP);
      case MLP_DOWN -> Optional.of(Input.MLP_GATED);
      case SHARED_DOWN -> Optional.of(Input.SHARED_GATED);
      case EXPERT_GATE, EXPERT_UP -> Optional.of(Input.EXPERT);
      case EXPERT_DOWN -> Optional.of(Input.EXPERT_GATED);
      case EMBEDDING,
          HEAD,
          CLASSIFIER,
          CLASSIFIER_BIAS,
          MIXER_NORM,
          MLP_NORM,
          FINAL_NORM,
          DELTA_CONV,
          DELTA_A_LOG,
          DELTA_DT_BIAS,
          DELTA_NORM,
          ATTENTION_Q_BIAS,
          ATTENTION_K_BIAS,
          ATTENTION_V_BIAS,
          ATTENTION_O_BIAS,
          ATTENTION_Q_NORM,
          ATTENTION_K_NORM,
          ROUTER,
          SHARED_EXPERT_GATE,
          MTP_FC,
          MTP_EMBEDDING_NORM,
          MTP_HIDDEN_NORM,
          MTP_FINAL_NORM ->
          Optional.empty();
    };
  }

  private Optional<SharedFeedback> of(Key key) {
    return switch (key.input()) {
      case MIXER -> share(key, () -> plain(Selection.all(inputs.mixer())));
      case MIXED -> share(key, () -> plain(Selection.all(inputs.mixed())));
      case MLP, EXPERT -> enough(key, selection -> plain(selection));
      case MLP_GATED -> enough(key, selection -> gated(Role.MLP_GATE, Role.MLP_UP, key, selection));
      case SHARED_GATED ->
          enough(key, selection -> gated(Role.SHARED_GATE, Role.SHARED_UP, key, selection));
      case EXPERT_GATED ->
          enough(key, selection -> gated(Role.EXPERT_GATE, Role.EXPERT_UP, key, selection));
    };
  }

  /** Feedback of an MLP's inputs, unless they are too few. */
  private Optional<SharedFeedback> enough(
      Key key, Function<Selection, Optional<Feedback>> feedback) {
    Selection selection = selection(key.expert());
    return selection.rows().size() < FEWEST_TOKENS
        ? Optional.empty()
        : share(key, () -> feedback.apply(selection));
  }

  private Selection selection(OptionalInt expert) {
    if (expert.isEmpty() || routing.isEmpty()) {
      return Selection.all(inputs.mlp());
    }
    int index = expert.getAsInt();
    return new Selection(
        inputs.mlp(), routing.get().tokens().get(index), routing.get().weights().get(index));
  }

  private Optional<SharedFeedback> share(Key key, Supplier<Optional<Feedback>> feedback) {
    return Optional.of(shared.computeIfAbsent(key, k -> new SharedFeedback(feedback)));
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

  /** Of the product of two projections, {@code act(gate x) * up x}. */
  private Optional<Feedback> gated(Role gateRole, Role upRole, Key key, Selection selection) {
    StoredWeight gate = weight(gateRole, key.expert());
    StoredWeight up = weight(upRole, key.expert());
    GatedInputs gated =
        new GatedInputs(
            ActivationFunctions.of(config.hiddenAct()),
            gate,
            Rows.of(gate, bytes),
            Rows.of(up, bytes));
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

  private StoredWeight weight(Role role, OptionalInt expert) {
    WeightId id = new WeightId(role, OptionalInt.of(layer), expert);
    StoredWeight weight = weights.get(id);
    if (weight == null) {
      throw new IllegalStateException("no weight is " + id);
    }
    return weight;
  }
}
