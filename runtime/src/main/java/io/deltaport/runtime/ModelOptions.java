package io.deltaport.runtime;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to open a model.
 *
 * @param device where it runs
 * @param compute arithmetic of the kernels
 * @param threads threads a run uses, 0 = one a processor, or one a CPU that {@code pinning} names
 * @param pinning which CPUs they keep to
 * @param optimizer ONNX Runtime's graph optimiser
 * @param kernels which kernels
 * @param memory mapped or resident weights
 * @param experts where the experts' weights stay while a model runs on a GPU
 * @param expertSlots how many experts of {@link Experts#HOST} the GPU holds at once, 0 = as many as
 *     fit
 * @param readAhead whether weight files are read when the model is opened
 * @param kv element type of the KV cache
 * @param taps whether runs return the tap outputs of a graph that has them
 * @param mtp whether a checkpoint is converted with its MTP head
 * @param capacity room for state
 * @param chunk tokens of one run where Deltaport itself cuts a long input ({@link Sequence#append},
 *     {@link Sequence#crop})
 */
public record ModelOptions(
    Device device,
    Compute compute,
    int threads,
    Pinning pinning,
    Optimizer optimizer,
    KernelLevel kernels,
    WeightMemory memory,
    Experts experts,
    int expertSlots,
    ReadAhead readAhead,
    KvType kv,
    Taps taps,
    Mtp mtp,
    Capacity capacity,
    int chunk) {
  /** Fast compute, all processors. */
  public static final ModelOptions DEFAULT =
      new ModelOptions(
          Device.CPU,
          Compute.FAST,
          0,
          Pinning.NONE,
          Optimizer.ALL,
          KernelLevel.AUTO,
          WeightMemory.AUTO,
          Experts.DEVICE,
          0,
          ReadAhead.AUTO,
          KvType.AUTO,
          Taps.NONE,
          Mtp.NONE,
          Capacity.DEFAULT,
          512);

  /** {@link #DEFAULT} with {@link Compute#EXACT}. */
  public static final ModelOptions EXACT = DEFAULT.with(Compute.EXACT);

  public ModelOptions {
    Objects.requireNonNull(device);
    Objects.requireNonNull(compute);
    Objects.requireNonNull(pinning);
    Objects.requireNonNull(optimizer);
    Objects.requireNonNull(kernels);
    Objects.requireNonNull(memory);
    Objects.requireNonNull(experts);
    Objects.requireNonNull(readAhead);
    Objects.requireNonNull(kv);
    Objects.requireNonNull(taps);
    Objects.requireNonNull(mtp);
    Objects.requireNonNull(capacity);
    if (threads < 0 || chunk < 1 || expertSlots < 0) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "threads and slots of experts must be at least 0 and chunk at least 1, found %d, %d and %d"
              .formatted(threads, expertSlots, chunk));
    }
  }

  /** Threads of a run: {@link #threads}, or one a CPU that is named, or one a processor. */
  public int threadCount() {
    if (threads > 0) {
      return threads;
    }
    int named = pinning.cpus().size();
    return named > 0 ? named : Runtime.getRuntime().availableProcessors();
  }

  public ModelOptions with(Device value) {
    return change(draft -> draft.device = value);
  }

  public ModelOptions with(Compute value) {
    return change(draft -> draft.compute = value);
  }

  /** The same with that many threads, 0 = one a processor or one a CPU that is named. */
  public ModelOptions withThreads(int value) {
    return change(draft -> draft.threads = value);
  }

  public ModelOptions with(Pinning value) {
    return change(draft -> draft.pinning = value);
  }

  public ModelOptions with(Optimizer value) {
    return change(draft -> draft.optimizer = value);
  }

  public ModelOptions with(KernelLevel value) {
    return change(draft -> draft.kernels = value);
  }

  public ModelOptions with(WeightMemory value) {
    return change(draft -> draft.memory = value);
  }

  public ModelOptions with(Experts value) {
    return change(draft -> draft.experts = value);
  }

  /** The same with room for that many experts on the GPU, 0 = as many as fit. */
  public ModelOptions withExpertSlots(int value) {
    return change(draft -> draft.expertSlots = value);
  }

  public ModelOptions with(ReadAhead value) {
    return change(draft -> draft.readAhead = value);
  }

  public ModelOptions with(KvType value) {
    return change(draft -> draft.kv = value);
  }

  public ModelOptions with(Taps value) {
    return change(draft -> draft.taps = value);
  }

  public ModelOptions with(Mtp value) {
    return change(draft -> draft.mtp = value);
  }

  public ModelOptions with(Capacity value) {
    return change(draft -> draft.capacity = value);
  }

  /** The same with runs of that many tokens where Deltaport cuts a long input. */
  public ModelOptions withChunk(int value) {
    return change(draft -> draft.chunk = value);
  }

  private ModelOptions change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options of which one is about to change. */
  private static final class Draft {
    private Device device;
    private Compute compute;
    private int threads;
    private Pinning pinning;
    private Optimizer optimizer;
    private KernelLevel kernels;
    private WeightMemory memory;
    private Experts experts;
    private int expertSlots;
    private ReadAhead readAhead;
    private KvType kv;
    private Taps taps;
    private Mtp mtp;
    private Capacity capacity;
    private int chunk;

    private Draft(ModelOptions from) {
      device = from.device;
      compute = from.compute;
      threads = from.threads;
      pinning = from.pinning;
      optimizer = from.optimizer;
      kernels = from.kernels;
      memory = from.memory;
      experts = from.experts;
      expertSlots = from.expertSlots;
      readAhead = from.readAhead;
      kv = from.kv;
      taps = from.taps;
      mtp = from.mtp;
      capacity = from.capacity;
      chunk = from.chunk;
    }

    private ModelOptions options() {
      return new ModelOptions(
          device,
          compute,
          threads,
          pinning,
          optimizer,
          kernels,
          memory,
          experts,
          expertSlots,
          readAhead,
          kv,
          taps,
          mtp,
          capacity,
          chunk);
    }
  }
}
