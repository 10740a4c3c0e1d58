package io.deltaport.runtime;

import io.deltaport.directory.Progress;
import io.deltaport.kernels.CudaSession;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.KernelLibrary;
import io.deltaport.kernels.NativePool;
import io.deltaport.kernels.StateLayer;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.runtime.session.Gpu;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.session.PinnedCpus;
import io.deltaport.runtime.state.AvailableMemory;
import io.deltaport.runtime.state.KernelPool;
import io.deltaport.runtime.state.StatePool;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that is open for a model: its directory, its graph, the pool of its state. */
final class OpenModel implements AutoCloseable {
  private final ModelFiles files;
  private final PinnedCpus cpus;
  private final ModelOptions options;
  private final Path library;
  private final Progress progress;
  private final @Nullable CudaSession cuda;
  private final StatePool pool;
  private final GraphRunner runner;

  private OpenModel(ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    this.files = files;
    this.cpus = cpus;
    this.options = options.with(memory(files, options)).with(cpus.pinning());
    this.progress = progress;
    // Before ONNX Runtime is touched: loading the kernels turns its telemetry off.
    this.library = library();
    this.cuda = options.device() == Device.CUDA ? CudaModel.open() : null;
    try {
      if (cuda == null || options.experts() == Experts.HOST) {
        readAhead();
      }
      int device = cuda == null ? NativePool.CPU : CudaModel.GPU;
      this.pool =
          new StatePool(
              KernelPool.of(files.stateLayers(), kvType(options), device), options.capacity());
    } catch (RuntimeException | Error e) {
      closeCuda();
      throw e;
    }
    try {
      this.runner = runner(files.graph());
    } catch (RuntimeException | Error e) {
      pool.close();
      closeCuda();
      throw e;
    }
  }

  /** Opens a model directory or a checkpoint. */
  static OpenModel open(Path path, ModelOptions options, Progress progress) {
    PinnedCpus cpus = PinnedCpus.take(options.pinning(), options.threadCount());
    try {
      return open(ModelFiles.open(path, options, progress), cpus, options, progress);
    } catch (RuntimeException | Error e) {
      cpus.close();
      throw e;
    }
  }

  private static OpenModel open(
      ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    try {
      return options.device() == Device.AUTO
          ? openWhereItRuns(files, cpus, options, progress)
          : new OpenModel(files, cpus, options, progress);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private static OpenModel openWhereItRuns(
      ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    try {
      return new OpenModel(files, cpus, options.with(Device.CUDA), progress);
    } catch (RunException e) {
      progress.note("device: cpu (" + e.getMessage() + ")");
      return new OpenModel(files, cpus, options.with(Device.CPU), progress);
    }
  }

  private void readAhead() {
    if (options.readAhead() == ReadAhead.AUTO && files.weightBytes() <= AvailableMemory.bytes()) {
      PageCache.fill(files.weightFiles(), progress);
    }
  }

  private void closeCuda() {
    if (cuda != null) {
      cuda.close();
    }
  }

  private static WeightMemory memory(ModelFiles files, ModelOptions options) {
    if (options.device() == Device.CUDA) {
      return WeightMemory.MAPPED;
    }
    return switch (options.memory()) {
      case AUTO ->
          files.weightBytes() <= AvailableMemory.bytes() / 2
              ? WeightMemory.RESIDENT
              : WeightMemory.MAPPED;
      case MAPPED -> WeightMemory.MAPPED;
      case RESIDENT -> WeightMemory.RESIDENT;
    };
  }

  /** The kernel library's file. */
  static Path library() {
    try {
      return KernelLibrary.path();
    } catch (KernelException e) {
      throw new RunException(RunException.Reason.BACKEND, String.valueOf(e.getMessage()), e);
    }
  }

  private static io.deltaport.kernels.KvType kvType(ModelOptions options) {
    return switch (options.kv()) {
      case AUTO ->
          switch (options.compute()) {
            case EXACT -> io.deltaport.kernels.KvType.F32;
            case FAST -> io.deltaport.kernels.KvType.BF16;
          };
      case F32 -> io.deltaport.kernels.KvType.F32;
      case BF16 -> io.deltaport.kernels.KvType.BF16;
      case INT8 -> io.deltaport.kernels.KvType.INT8;
    };
  }

  private GraphRunner runner(Path graph) {
    GraphSession session =
        GraphSession.open(
            graph,
            files.weightFolder(),
            library,
            options,
            cuda == null ? null : new Gpu(cuda, progress::note));
    try {
      if (cuda != null) {
        CudaModel.upload(cuda, progress);
      }
      Set<String> taps = options.taps() == Taps.ALL ? GraphRunner.tapsOf(session) : Set.of();
      return new GraphRunner(session, pool, taps);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  Path directory() {
    return files.directory();
  }

  ModelConfig config() {
    return files.config();
  }

  ModelOptions options() {
    return options;
  }

  StatePool pool() {
    return pool;
  }

  GraphRunner runner() {
    return runner;
  }

  /** Whether any layer keeps a row: a linear one does. */
  boolean hasRows() {
    return files.stateLayers().stream().anyMatch(StateLayer.Linear.class::isInstance);
  }

  boolean hasMtp() {
    return files.mtpGraph().isPresent();
  }

  /** Opens the MTP head over the same pool. */
  GraphRunner openMtp() {
    return runner(files.mtpGraph().orElseThrow());
  }

  @Override
  public void close() {
    runner.close();
    pool.close();
    closeCuda();
    files.close();
    cpus.close();
  }
}
