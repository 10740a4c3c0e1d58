package io.deltaport.runtime.open;

import io.deltaport.directory.ModelInfo;
import io.deltaport.directory.Progress;
import io.deltaport.kernels.CudaSession;
import io.deltaport.kernels.NativePool;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.Experts;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.ReadAhead;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.options.Taps;
import io.deltaport.runtime.options.WeightMemory;
import io.deltaport.runtime.run.GraphRunner;
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
public final class ModelResources implements AutoCloseable {
  private final ModelFiles files;
  private final PinnedCpus cpus;
  private final ModelOptions options;
  private final Path library;
  private final Progress progress;
  private final @Nullable CudaSession cuda;
  private final StatePool pool;
  private final GraphRunner runner;

  private ModelResources(
      ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    this.files = files;
    this.cpus = cpus;
    this.options = options.with(memory(files, options)).with(cpus.pinning());
    this.progress = progress;
    this.library = GraphSession.library();
    this.cuda = options.device() == Device.CUDA ? CudaModel.open() : null;
    try {
      if (cuda == null || options.experts() == Experts.HOST) {
        readAhead();
      }
      int device = cuda == null ? NativePool.CPU : CudaModel.GPU;
      this.pool =
          new StatePool(
              KernelPool.of(files.manifest().state(), options.kv().type(options.compute()), device),
              options.capacity());
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
  public static ModelResources open(Path path, ModelOptions options, Progress progress) {
    PinnedCpus cpus = PinnedCpus.take(options.pinning(), options.threadCount());
    try {
      return open(ModelFiles.open(path, options, progress), cpus, options, progress);
    } catch (RuntimeException | Error e) {
      cpus.close();
      throw e;
    }
  }

  private static ModelResources open(
      ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    try {
      return options.device() == Device.AUTO
          ? openWhereItRuns(files, cpus, options, progress)
          : new ModelResources(files, cpus, options, progress);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  private static ModelResources openWhereItRuns(
      ModelFiles files, PinnedCpus cpus, ModelOptions options, Progress progress) {
    try {
      return new ModelResources(files, cpus, options.with(Device.CUDA), progress);
    } catch (RunException e) {
      ModelResources opened = openOnCpu(files, cpus, options, progress, e);
      progress.note("device: cpu (" + e.getMessage() + ")");
      return opened;
    }
  }

  /** A model that does not open here either is damaged, whatever the GPU's error was. */
  private static ModelResources openOnCpu(
      ModelFiles files,
      PinnedCpus cpus,
      ModelOptions options,
      Progress progress,
      RunException ofGpu) {
    try {
      return new ModelResources(files, cpus, options.with(Device.CPU), progress);
    } catch (RuntimeException | Error e) {
      e.addSuppressed(ofGpu);
      throw e;
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

  /** Where its files are. */
  public Path directory() {
    return files.directory();
  }

  /** What a run must know of it. */
  public ModelInfo info() {
    return files.manifest().model();
  }

  /** How it was opened; its memory is decided, and the CPUs that its threads are pinned to. */
  public ModelOptions options() {
    return options;
  }

  public StatePool pool() {
    return pool;
  }

  public GraphRunner runner() {
    return runner;
  }

  /** Whether it was converted with its MTP head. */
  public boolean hasMtp() {
    return files.mtpGraph().isPresent();
  }

  /** Opens the MTP head over the same pool. */
  public GraphRunner openMtp() {
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
