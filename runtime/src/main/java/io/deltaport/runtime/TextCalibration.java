package io.deltaport.runtime;

import io.deltaport.converter.calibrate.Calibration;
import io.deltaport.converter.calibrate.Inputs;
import io.deltaport.converter.calibrate.LayerInputs;
import io.deltaport.converter.model.LayerGraph;
import io.deltaport.directory.Checksums;
import io.deltaport.directory.Progress;
import io.deltaport.kernels.NativePool;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.runtime.session.DirectTensor;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.KernelPool;
import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.StatePool;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Runs a checkpoint over a text one layer at a time, in windows of 512 tokens, each from a fresh
 * state. Only the residual stream of all tokens is carried from layer to layer, so that a model
 * never has to be in memory whole; weights stay mapped. Computes in exact mode, so that equal
 * conversions give equal bytes.
 */
public final class TextCalibration implements Calibration, AutoCloseable {
  /** Most tokens that are read of a text. */
  public static final int MOST_TOKENS = 32_768;

  private static final int WINDOW = 512;
  private static final ModelOptions OPTIONS = ModelOptions.EXACT.with(WeightMemory.MAPPED);

  private final ModelFiles files;
  private final Path library;
  private final StatePool pool;
  private final int[] ids;
  private Inputs stream;
  private int next;

  private TextCalibration(ModelFiles files, int[] ids) {
    this.files = files;
    this.ids = ids;
    this.library = OpenModel.library();
    this.pool =
        new StatePool(
            KernelPool.of(files.stateLayers(), io.deltaport.kernels.KvType.F32, NativePool.CPU),
            OPTIONS.capacity());
    this.stream = new Inputs(Math.toIntExact(config().hiddenSize()));
  }

  /**
   * A calibration with the first {@link #MOST_TOKENS} tokens of a text.
   *
   * @param checkpoint the one that is to be converted
   * @throws RunException if the text has no token
   */
  public static TextCalibration of(Path checkpoint, String text) {
    ModelFiles files = ModelFiles.openLayers(checkpoint, Progress.NONE);
    try (Tokenizer tokenizer = Tokenizer.load(files.directory())) {
      int[] all = tokenizer.encode(text);
      if (all.length == 0) {
        throw new RunException(
            RunException.Reason.ARGUMENT, "a text of at least one token expected to calibrate");
      }
      return new TextCalibration(files, Arrays.copyOf(all, Math.min(all.length, MOST_TOKENS)));
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** How many tokens are read. */
  public int tokens() {
    return ids.length;
  }

  @Override
  public String fingerprint() {
    ByteBuffer bytes = ByteBuffer.allocate(ids.length * Integer.BYTES);
    bytes.asIntBuffer().put(ids);
    return HexFormat.of().formatHex(Checksums.sha256().digest(bytes.array()));
  }

  @Override
  public long bytesPerLayer() {
    return bytes(ids.length);
  }

  /** Bytes of the residual stream of so many tokens. */
  private long bytes(int tokens) {
    return (long) tokens * stream.width() * Float.BYTES;
  }

  @Override
  public LayerInputs layer(int layer, LongConsumer progress) {
    while (next < layer) {
      run(progress);
    }
    return run(progress);
  }

  /** Runs the next layer over all windows. */
  private LayerInputs run(LongConsumer progress) {
    LayerGraph.Outputs names = LayerGraph.Outputs.of(config(), next);
    Inputs after = new Inputs(stream.width());
    try (GraphRunner runner = runner(names)) {
      GraphSession session = runner.graph();
      LayerInputs inputs =
          new LayerInputs(
              table(session, names.mixer()),
              table(session, names.mixed()),
              table(session, names.mlp()),
              names.routerLogits().map(name -> table(session, name)));
      for (int from = 0; from < ids.length; from += WINDOW) {
        Window window = new Window(from, Math.min(WINDOW, ids.length - from));
        try (RunOutputs outputs = run(runner, window)) {
          take(outputs, names.mixer(), inputs.mixer());
          take(outputs, names.mixed(), inputs.mixed());
          take(outputs, names.mlp(), inputs.mlp());
          inputs
              .routerLogits()
              .ifPresent(to -> take(outputs, names.routerLogits().orElseThrow(), to));
          take(outputs, names.next(), after);
        }
        progress.accept(bytes(window.tokens()));
      }
      stream = after;
      next++;
      return inputs;
    }
  }

  private GraphRunner runner(LayerGraph.Outputs names) {
    GraphSession session =
        GraphSession.open(files.layerGraph(next), files.weightFolder(), library, OPTIONS, null);
    try {
      return new GraphRunner(session, pool, wanted(names));
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private RunOutputs run(GraphRunner runner, Window window) {
    Packing packing = Packing.of(List.of(window), runner.graph());
    Advance advance = Advance.ofModel(new SequenceState(pool), window.tokens(), SaveRows.LAST);
    RunOutputs outputs =
        runner.run(packing, List.of(advance), hidden -> fill(hidden, window), new Cancellation());
    // Nothing goes on from a window.
    advance.undo();
    return outputs;
  }

  private void fill(DirectTensor hidden, Window window) {
    if (next == 0) {
      return;
    }
    hidden.shape(window.tokens(), stream.width());
    FloatBuffer to = hidden.elements().asFloatBuffer();
    float[] row = new float[stream.width()];
    for (int i = 0; i < window.tokens(); i++) {
      stream.copyRow(window.from() + i, row, 0);
      to.put(row);
    }
  }

  private static Set<String> wanted(LayerGraph.Outputs names) {
    Set<String> wanted =
        new TreeSet<>(Set.of(names.mixer(), names.mixed(), names.mlp(), names.next()));
    names.routerLogits().ifPresent(wanted::add);
    return wanted;
  }

  private static Inputs table(GraphSession session, String output) {
    return new Inputs(session.width(output));
  }

  private static void take(RunOutputs outputs, String name, Inputs to) {
    FloatRows rows = outputs.table(name);
    for (int row = 0; row < rows.rows(); row++) {
      to.add(rows.row(row));
    }
  }

  private ModelConfig config() {
    return files.config();
  }

  @Override
  public void close() {
    pool.close();
    files.close();
  }

  /** Some tokens of the text. */
  private final class Window implements Request {
    private final int from;
    private final int tokens;

    Window(int from, int tokens) {
      this.from = from;
      this.tokens = tokens;
    }

    int from() {
      return from;
    }

    @Override
    public int tokens() {
      return tokens;
    }

    @Override
    public int id(int index) {
      return ids[from + index];
    }

    @Override
    public RowSelection logits() {
      return RowSelection.NONE;
    }

    @Override
    public RowSelection hidden() {
      return RowSelection.NONE;
    }

    @Override
    public int topK() {
      return 0;
    }
  }
}
