package io.deltaport.cli;

import io.deltaport.loader.Checkpoint;
import io.deltaport.runtime.Compute;
import io.deltaport.runtime.Device;
import io.deltaport.runtime.Experts;
import io.deltaport.runtime.KernelLevel;
import io.deltaport.runtime.KvType;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.ModelOptions;
import io.deltaport.runtime.Optimizer;
import io.deltaport.runtime.Pinning;
import io.deltaport.runtime.WeightMemory;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that every command which runs a model takes. */
final class RunOptions {
  @Option(
      names = "--compute",
      paramLabel = "exact|fast",
      description =
          "exact: float32 throughout, in one order of summation. fast: bf16 or int8 products where the"
              + " processor has them.")
  private Optional<Compute> compute = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|auto",
      description =
          "cuda: on the first NVIDIA GPU (see doctor). auto: there if it works and the model fits, else on the"
              + " processor (default: cpu).")
  private Optional<Device> device = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use (default: one a processor, or one a CPU that --pin names).")
  private int threads;

  @Option(
      names = "--pin",
      paramLabel = "auto|CPUS",
      description =
          "Keep each thread to a CPU of its own: auto: chosen from those that this process may use, one a core as"
              + " far as there are so many; or named, as in 0,2,4-7 (default: threads are not pinned).")
  private Optional<String> pin = Optional.empty();

  @Option(
      names = "--optimizer",
      paramLabel = "off|basic|all",
      description = "ONNX Runtime's graph optimiser (default: all).")
  private Optional<Optimizer> optimizer = Optional.empty();

  @Option(
      names = "--kernels",
      paramLabel = "LEVEL",
      description =
          "Kernels: reference, avx2, avx512, avx512_bf16, avx512_vnni, neon, or auto for the best that the"
              + " processor has (default: the variable DELTAPORT_KERNELS, else auto).")
  private Optional<KernelLevel> kernels = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "auto|mapped|resident",
      description =
          "mapped: weights stay in their files, read as needed. resident: they are copied once into"
              + " memory, which is faster. auto: resident where they take at most half of the available memory"
              + " (default: auto).")
  private Optional<WeightMemory> memory = Optional.empty();

  @Option(
      names = "--kv",
      paramLabel = "auto|f32|bf16|int8",
      description =
          "Element type of the KV cache; int8 is stored with a scale for each token and head. auto: f32 in exact"
              + " mode, bf16 in fast mode (default: auto).")
  private Optional<KvType> kv = Optional.empty();

  @Option(
      names = "--experts",
      paramLabel = "device|host",
      description =
          "On a GPU: device: experts are there as all weights are. host: they stay in memory, and those that a"
              + " step chooses are brought over, for a model that does not fit (default: device).")
  private Optional<Experts> experts = Optional.empty();

  @Option(
      names = "--expert-slots",
      paramLabel = "N",
      description =
          "With --experts host: how many experts the GPU holds at once (default: as many as fit).")
  private Optional<Integer> expertSlots = Optional.empty();

  /** Opens a model by path or id; {@code usual} is what counts where no option says otherwise. */
  Model open(String model, ModelOptions usual) {
    try (StageProgress progress = new StageProgress()) {
      return Model.open(Checkpoint.resolve(model), over(usual), progress);
    }
  }

  /** The options given, over those that are usual for a command. */
  ModelOptions over(ModelOptions usual) {
    ModelOptions options = usual.withThreads(threads);
    options = options.with(pin.map(Pinning::parse).orElse(options.pinning()));
    options = options.with(device.orElse(options.device()));
    options = options.with(compute.orElse(options.compute()));
    options = options.with(optimizer.orElse(options.optimizer()));
    options = options.with(kernels.orElse(options.kernels()));
    options = options.with(memory.orElse(options.memory()));
    options = options.with(kv.orElse(options.kv()));
    options = options.with(experts.orElse(options.experts()));
    return options.withExpertSlots(expertSlots.orElse(options.expertSlots()));
  }
}
