package io.deltaport.runtime;

import java.util.Objects;

/**
 * How to open a model.
 *
 * @param device where it runs
 * @param compute arithmetic of the kernels
 * @param threads threads a run uses, 0 = one a processor
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

  /** Threads of a run, {@link #threads} or one a processor. */
  public int threadCount() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  public ModelOptions with(Device value) {
    return new ModelOptions(
        value,
        compute,
        threads,
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

  public ModelOptions with(Compute value) {
    return new ModelOptions(
        device,
        value,
        threads,
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

  /** The same with that many threads, 0 = one a processor. */
  public ModelOptions withThreads(int value) {
    return new ModelOptions(
        device,
        compute,
        value,
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

  public ModelOptions with(Optimizer value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        value,
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

  public ModelOptions with(KernelLevel value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        value,
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

  public ModelOptions with(WeightMemory value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        value,
        experts,
        expertSlots,
        readAhead,
        kv,
        taps,
        mtp,
        capacity,
        chunk);
  }

  public ModelOptions with(Experts value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        value,
        expertSlots,
        readAhead,
        kv,
        taps,
        mtp,
        capacity,
        chunk);
  }

  /** The same with room for that many experts on the GPU, 0 = as many as fit. */
  public ModelOptions withExpertSlots(int value) {
    return new ModelOptions(
        device, compute, threads, optimizer, kernels, memory, experts, value, readAhead, kv, taps,
        mtp, capacity, chunk);
  }

  public ModelOptions with(ReadAhead value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        experts,
        expertSlots,
        value,
        kv,
        taps,
        mtp,
        capacity,
        chunk);
  }

  public ModelOptions with(KvType value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        experts,
        expertSlots,
        readAhead,
        value,
        taps,
        mtp,
        capacity,
        chunk);
  }

  public ModelOptions with(Taps value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        experts,
        expertSlots,
        readAhead,
        kv,
        value,
        mtp,
        capacity,
        chunk);
  }

  public ModelOptions with(Mtp value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        experts,
        expertSlots,
        readAhead,
        kv,
        taps,
        value,
        capacity,
        chunk);
  }

  public ModelOptions with(Capacity value) {
    return new ModelOptions(
        device,
        compute,
        threads,
        optimizer,
        kernels,
        memory,
        experts,
        expertSlots,
        readAhead,
        kv,
        taps,
        mtp,
        value,
        chunk);
  }

  /** The same with runs of that many tokens where Deltaport cuts a long input. */
  public ModelOptions withChunk(int value) {
    return new ModelOptions(
        device,
        compute,
        threads,
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
        value);
  }
}
