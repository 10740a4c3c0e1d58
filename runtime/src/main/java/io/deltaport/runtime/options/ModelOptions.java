package io.deltaport.runtime.options;

import io.deltaport.directory.Mtp;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to open a model. Immutable: {@code with} gives another one. An option is one place here: its
 * default, and the two methods that read and change it.
 */
public final class ModelOptions implements Cloneable {
  /** Fast compute, all processors. */
  public static final ModelOptions DEFAULT = new ModelOptions();

  /** {@link #DEFAULT} with {@link Compute#EXACT}. */
  public static final ModelOptions EXACT = DEFAULT.with(Compute.EXACT);

  private ModelOptions() {}

  private Device device = Device.CPU;

  /** Where it runs. */
  public Device device() {
    return device;
  }

  public ModelOptions with(Device value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.device = value);
  }

  private Compute compute = Compute.FAST;

  /** Arithmetic of the kernels. */
  public Compute compute() {
    return compute;
  }

  public ModelOptions with(Compute value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.compute = value);
  }

  private int threads = 0;

  /** Threads of a run, 0 = one a processor, or one a CPU that {@link #pinning} names. */
  public int threads() {
    return threads;
  }

  public ModelOptions withThreads(int value) {
    int checked = atLeast(0, value, "threads");
    return with(copy -> copy.threads = checked);
  }

  private Pinning pinning = Pinning.NONE;

  /** Which CPUs they keep to. */
  public Pinning pinning() {
    return pinning;
  }

  public ModelOptions with(Pinning value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.pinning = value);
  }

  private Optimizer optimizer = Optimizer.ALL;

  /** ONNX Runtime's graph optimiser. */
  public Optimizer optimizer() {
    return optimizer;
  }

  public ModelOptions with(Optimizer value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.optimizer = value);
  }

  private KernelLevel kernels = KernelLevel.AUTO;

  /** Which kernels. */
  public KernelLevel kernels() {
    return kernels;
  }

  public ModelOptions with(KernelLevel value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.kernels = value);
  }

  private WeightMemory memory = WeightMemory.AUTO;

  /** Mapped or resident weights. */
  public WeightMemory memory() {
    return memory;
  }

  public ModelOptions with(WeightMemory value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.memory = value);
  }

  private Experts experts = Experts.DEVICE;

  /** Where the experts' weights stay while a model runs on a GPU. */
  public Experts experts() {
    return experts;
  }

  public ModelOptions with(Experts value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.experts = value);
  }

  private int expertSlots = 0;

  /** How many experts of {@link Experts#HOST} the GPU holds at once, 0 = as many as fit. */
  public int expertSlots() {
    return expertSlots;
  }

  public ModelOptions withExpertSlots(int value) {
    int checked = atLeast(0, value, "expert slots");
    return with(copy -> copy.expertSlots = checked);
  }

  private ReadAhead readAhead = ReadAhead.AUTO;

  /** Whether weight files are read when the model is opened. */
  public ReadAhead readAhead() {
    return readAhead;
  }

  public ModelOptions with(ReadAhead value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.readAhead = value);
  }

  private KvCache kv = KvCache.AUTO;

  /** Element type of the KV cache. */
  public KvCache kv() {
    return kv;
  }

  public ModelOptions with(KvCache value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.kv = value);
  }

  private Taps taps = Taps.NONE;

  /** Whether runs return the tap outputs of a graph that has them. */
  public Taps taps() {
    return taps;
  }

  public ModelOptions with(Taps value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.taps = value);
  }

  private Mtp mtp = Mtp.NONE;

  /**
   * Whether a checkpoint that is opened is converted with its MTP head; a model directory has it or
   * not.
   */
  public Mtp mtp() {
    return mtp;
  }

  public ModelOptions with(Mtp value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.mtp = value);
  }

  private Capacity capacity = Capacity.DEFAULT;

  /** Room for state. */
  public Capacity capacity() {
    return capacity;
  }

  public ModelOptions with(Capacity value) {
    Objects.requireNonNull(value);
    return with(copy -> copy.capacity = value);
  }

  private int chunk = 512;

  /** Tokens of one run where a long input is cut here ({@code Sequence.append}, {@code crop}). */
  public int chunk() {
    return chunk;
  }

  public ModelOptions withChunk(int value) {
    int checked = atLeast(1, value, "chunk");
    return with(copy -> copy.chunk = checked);
  }

  /**
   * Threads of a run: {@link #threads}, or one a CPU that is named, or one a processor, of which a
   * quota of the control group leaves some, a fraction rounded down.
   */
  public int threadCount() {
    if (threads > 0) {
      return threads;
    }
    int named = pinning.cpus().size();
    return named > 0 ? named : Processors.available();
  }

  private ModelOptions with(Consumer<ModelOptions> change) {
    try {
      ModelOptions copy = (ModelOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int atLeast(int least, int value, String what) {
    if (value < least) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "%s: at least %d expected, found %d".formatted(what, least, value));
    }
    return value;
  }
}
