package io.deltaport.runtime.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.deltaport.kernels.CallingThread;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.KernelLibrary;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Optimizer;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One graph, open in ONNX Runtime with the kernel library. One run at a time. */
public final class GraphSession implements AutoCloseable {
  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession.SessionOptions options;
  private final OrtSession session;
  private final OrtSession.RunOptions runOptions;
  private final List<Integer> cpus; // its threads', the caller's first
  private final Set<String> inputs;
  private final Map<String, Long> widths;
  private final Map<String, OnnxTensor> bound = new HashMap<>();
  private final Map<String, OnnxTensor> pinned = new HashMap<>();
  private final @Nullable CudaRuns cuda;

  private GraphSession(
      String name,
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      OrtSession session,
      OrtSession.RunOptions runOptions,
      List<Integer> cpus,
      @Nullable Gpu gpu)
      throws OrtException {
    this.name = name;
    this.environment = environment;
    this.options = options;
    this.session = session;
    this.runOptions = runOptions;
    this.cpus = cpus;
    this.cuda = gpu == null ? null : new CudaRuns(environment, session, gpu);
    this.inputs = session.getInputNames();
    this.widths = widths(session);
  }

  /**
   * The kernel library's file. Asked for before ONNX Runtime is touched: loading the kernels turns
   * its telemetry off.
   */
  public static Path library() {
    try {
      return KernelLibrary.path();
    } catch (KernelException e) {
      throw new RunException(RunException.Reason.BACKEND, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Opens a graph.
   *
   * @param graph the file
   * @param weights the folder its external weights are in
   * @param library the kernel library's file
   * @param options how; pinned to CPUs that are named, if at all
   * @param gpu where; null = on the CPU
   */
  public static GraphSession open(
      Path graph, Path weights, Path library, ModelOptions options, @Nullable Gpu gpu) {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "deltaport");
    UnpackedLibrary.deleteAtExit();
    SelfTest.require(environment, library);
    OrtSession.SessionOptions session = new OrtSession.SessionOptions();
    try {
      configure(session, weights, library, options);
      if (gpu != null) {
        CudaProvider.add(session, gpu.cuda());
      }
      return new GraphSession(
          String.valueOf(graph.getFileName()),
          environment,
          session,
          environment.createSession(graph.toString(), session),
          new OrtSession.RunOptions(),
          options.pinning().cpus(),
          gpu);
    } catch (RunException e) {
      session.close();
      throw e;
    } catch (OrtException e) {
      session.close();
      throw new RunException(
          RunException.Reason.MODEL, graph + ": does not open: " + oneLine(e), e);
    }
  }

  private static void configure(
      OrtSession.SessionOptions session, Path weights, Path library, ModelOptions options)
      throws OrtException {
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    session.setOptimizationLevel(level(options.optimizer()));
    session.setIntraOpNumThreads(options.threadCount());
    session.setInterOpNumThreads(1);
    // A worker waits awake for longer than what lies between two steps of a generation, then
    // sleeps.
    session.addConfigEntry("session.intra_op.spin_duration_us", "2000");
    String workers = workerAffinities(options.pinning().cpus());
    if (!workers.isEmpty()) {
      session.addConfigEntry("session.intra_op_thread_affinities", workers);
    }
    // Every run has other shapes; a plan kept for each of them would only grow.
    session.setMemoryPatternOptimization(false);
    // Folding would copy mapped weights.
    session.addConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
    session.addConfigEntry(
        "session.model_external_initializers_file_folder_path", weights.toString());
    session.addConfigEntry("deltaport.compute", key(options.compute()));
    session.addConfigEntry("deltaport.kernels", key(options.kernels()));
    session.addConfigEntry("deltaport.memory", key(options.memory()));
    session.addConfigEntry("deltaport.experts", key(options.experts()));
    session.addConfigEntry("deltaport.expert_slots", Integer.toString(options.expertSlots()));
    session.registerCustomOpLibrary(library.toString());
  }

  /** Of all threads but the caller's; ONNX Runtime counts CPUs from 1. */
  private static String workerAffinities(List<Integer> cpus) {
    return cpus.stream()
        .skip(1)
        .map(cpu -> String.valueOf(cpu + 1))
        .collect(Collectors.joining(";"));
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static OrtSession.SessionOptions.OptLevel level(Optimizer optimizer) {
    return switch (optimizer) {
      case OFF -> OrtSession.SessionOptions.OptLevel.NO_OPT;
      case BASIC -> OrtSession.SessionOptions.OptLevel.BASIC_OPT;
      case ALL -> OrtSession.SessionOptions.OptLevel.ALL_OPT;
    };
  }

  private static Map<String, Long> widths(OrtSession session) throws OrtException {
    Map<String, Long> widths = new TreeMap<>();
    for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
      long[] shape = ((TensorInfo) output.getValue().getInfo()).getShape();
      widths.put(output.getKey(), shape[shape.length - 1]);
    }
    return widths;
  }

  /** Names of the inputs that the graph declares; a run needs exactly these. */
  public Set<String> inputs() {
    return inputs;
  }

  /** Names of its outputs. */
  public Set<String> outputs() {
    return widths.keySet();
  }

  /** The last, fixed dimension of an output. */
  public int width(String output) {
    Long width = widths.get(output);
    if (width == null || width < 1) {
      throw new RunException(
          RunException.Reason.MODEL,
          "%s: output %s of fixed width expected, found %s".formatted(name, output, width));
    }
    return Math.toIntExact(width);
  }

  /**
   * Runs once. The tensors' memory is read and written in place; the output {@code fallback} is
   * computed where no output is wanted.
   */
  public void run(Collection<DirectTensor> in, Collection<DirectTensor> out, String fallback) {
    bound.clear();
    pinned.clear();
    try {
      if (cpus.isEmpty()) {
        runWhereItIs(in, out, fallback);
      } else {
        CallingThread.pin(cpus.get(0));
        try {
          runWhereItIs(in, out, fallback);
        } finally {
          CallingThread.unpin();
        }
      }
    } catch (OrtException e) {
      throw new RunException(RunException.Reason.BACKEND, name + ": run failed: " + oneLine(e), e);
    } catch (KernelException e) {
      throw new RunException(RunException.Reason.BACKEND, name + ": " + e.getMessage(), e);
    }
  }

  private void runWhereItIs(
      Collection<DirectTensor> in, Collection<DirectTensor> out, String fallback)
      throws OrtException {
    if (cuda == null) {
      runOnCpu(in, out, fallback);
    } else {
      cuda.run(in, out, fallback, runOptions);
    }
  }

  private void runOnCpu(Collection<DirectTensor> in, Collection<DirectTensor> out, String fallback)
      throws OrtException {
    for (DirectTensor tensor : in) {
      bound.put(tensor.name(), tensor.onnx(environment));
    }
    for (DirectTensor tensor : out) {
      pinned.put(tensor.name(), tensor.onnx(environment));
    }
    Set<String> requested = out.isEmpty() ? Set.of(fallback) : Set.of();
    session.run(bound, requested, pinned, runOptions).close();
  }

  /**
   * Has the run in progress, and any later one, end before its next node; called from any thread.
   */
  public void terminate() {
    setTerminate(true);
  }

  /** Lets runs go on after {@link #terminate}. */
  public void allow() {
    setTerminate(false);
  }

  private void setTerminate(boolean value) {
    try {
      runOptions.setTerminate(value);
    } catch (OrtException e) {
      throw new RunException(RunException.Reason.BACKEND, name + ": " + oneLine(e), e);
    }
  }

  @Override
  public void close() {
    try (options;
        runOptions;
        session;
        cuda) {
      // All are closed, the last first, whatever one of them throws.
    } catch (OrtException e) {
      throw new RunException(RunException.Reason.BACKEND, name + ": " + oneLine(e), e);
    }
  }

  static String oneLine(OrtException e) {
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
