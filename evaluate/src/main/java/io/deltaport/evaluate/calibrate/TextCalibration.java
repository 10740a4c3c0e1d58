package io.deltaport.evaluate.calibrate;

import io.deltaport.converter.calibrate.Calibration;
import io.deltaport.converter.calibrate.FloatTable;
import io.deltaport.converter.calibrate.LayerInputs;
import io.deltaport.directory.Checksums;
import io.deltaport.directory.Progress;
import io.deltaport.directory.graph.Port;
import io.deltaport.directory.state.KvType;
import io.deltaport.kernels.NativePool;
import io.deltaport.runtime.open.ModelFiles;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.options.WeightMemory;
import io.deltaport.runtime.run.GraphRunner;
import io.deltaport.runtime.run.HiddenRows;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.run.RunOutputs;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.state.KernelPool;
import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.StatePool;
import io.deltaport.runtime.state.TokenAdvance;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
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

  /** Of the one layer of a graph, where it is sparse. */
  private static final String ROUTER_LOGITS = Port.ROUTER_LOGITS.key(0);

  private static final int[] NO_ROWS = {};
  private static final ModelOptions OPTIONS = ModelOptions.EXACT.with(WeightMemory.MAPPED);

  private final ModelFiles files;
  private final Path library;
  private final StatePool pool;
  private final int[] ids;
  private FloatTable stream;
  private int next;

  private TextCalibration(ModelFiles files, int[] ids) {
    this.files = files;
    this.ids = ids;
    this.library = GraphSession.library();
    this.pool =
        new StatePool(
            KernelPool.of(files.manifest().state(), KvType.F32, NativePool.CPU),
            OPTIONS.capacity());
    this.stream = new FloatTable(Math.toIntExact(files.manifest().model().hiddenSize()));
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
    FloatTable after = new FloatTable(stream.width());
    try (GraphRunner runner = runner()) {
      GraphSession session = runner.graph();
      Optional<String> routerLogits =
          Optional.of(ROUTER_LOGITS).filter(session.outputs()::contains);
      LayerInputs inputs =
          new LayerInputs(
              table(session, Port.MIXER_INPUT.key()),
              table(session, Port.MIXED.key()),
              table(session, Port.MLP_INPUT.key()),
              routerLogits.map(name -> table(session, name)));
      for (int from = 0; from < ids.length; from += WINDOW) {
        int[] window = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + WINDOW));
        try (RunOutputs outputs = run(runner, from, window)) {
          take(outputs, Port.MIXER_INPUT.key(), inputs.mixer());
          take(outputs, Port.MIXED.key(), inputs.mixed());
          take(outputs, Port.MLP_INPUT.key(), inputs.mlp());
          inputs.routerLogits().ifPresent(to -> take(outputs, ROUTER_LOGITS, to));
          take(outputs, Port.NEXT_HIDDEN.key(), after);
        }
        progress.accept(bytes(window.length));
      }
      stream = after;
      next++;
      return inputs;
    }
  }

  private GraphRunner runner() {
    GraphSession session =
        GraphSession.open(files.layerGraph(next), files.weightFolder(), library, OPTIONS, null);
    try {
      return new GraphRunner(session, pool, session.outputs());
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Runs the layer over a window that begins at token {@code from} of the text. */
  private RunOutputs run(GraphRunner runner, int from, int[] window) {
    TokenAdvance advance = TokenAdvance.savingLast(new SequenceState(pool), window);
    Packing packing = runner.packing();
    packing.add(advance, NO_ROWS, NO_ROWS, NO_ROWS, 0);
    RunOutputs outputs =
        next == 0
            ? runner.run(packing)
            : runner.runFrom(new StreamRows(stream, from, window.length), packing);
    // Nothing goes on from a window.
    advance.undo();
    return outputs;
  }

  private static FloatTable table(GraphSession session, String output) {
    return new FloatTable(session.width(output));
  }

  private static void take(RunOutputs outputs, String name, FloatTable to) {
    for (int row = 0; row < outputs.rows(name); row++) {
      to.add(outputs.floats(name, row, 1));
    }
  }

  @Override
  public void close() {
    pool.close();
    files.close();
  }

  /** Rows of the residual stream, which the next layer starts from. */
  private record StreamRows(FloatTable stream, int from, int count) implements HiddenRows {
    @Override
    public int width() {
      return stream.width();
    }

    @Override
    public void put(FloatBuffer rows) {
      float[] row = new float[width()];
      for (int i = 0; i < count; i++) {
        stream.copyRow(from + i, row, 0);
        rows.put(row);
      }
    }
  }
}
