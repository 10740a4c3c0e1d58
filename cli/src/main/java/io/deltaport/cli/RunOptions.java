package io.deltaport.cli;

import io.deltaport.engine.TextModel;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Compute;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.Experts;
import io.deltaport.runtime.options.KernelLevel;
import io.deltaport.runtime.options.KvCache;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Optimizer;
import io.deltaport.runtime.options.Pinning;
import io.deltaport.runtime.options.WeightMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command which runs a model takes. */
final class RunOptions {
  private final List<UnaryOperator<ModelOptions>> given = new ArrayList<>();

  @Option(
      names = "--compute",
      paramLabel = "exact|fast",
      description =
          "exact: float32 throughout, in one order of summation. fast: bf16 or int8 products where the"
              + " processor has them.")
  void compute(@Nullable Compute value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda|auto",
      description =
          "cuda: on the first NVIDIA GPU (see doctor). auto: there if it works and the model fits, else on the"
              + " processor (default: cpu).")
  void device(@Nullable Device value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use (default: one a processor, or one a CPU that --pin names).")
  void threads(@Nullable Integer value) {
    given(value, ModelOptions::withThreads);
  }

  @Option(
      names = "--pin",
      paramLabel = "auto|CPUS",
      description =
          "Keep each thread to a CPU of its own: auto: chosen from those that this process may use, one a core as"
              + " far as there are so many; or named, as in 0,2,4-7 (default: threads are not pinned).")
  void pin(@Nullable String value) {
    given(value, (options, cpus) -> options.with(Pinning.parse(cpus)));
  }

  @Option(
      names = "--optimizer",
      paramLabel = "off|basic|all",
      description = "ONNX Runtime's graph optimiser (default: all).")
  void optimizer(@Nullable Optimizer value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--kernels",
      paramLabel = "LEVEL",
      description =
          "Kernels: reference, avx2, avx512, avx512_bf16, avx512_vnni, neon, or auto for the best that the"
              + " processor has (default: the variable DELTAPORT_KERNELS, else auto).")
  void kernels(@Nullable KernelLevel value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--memory",
      paramLabel = "auto|mapped|resident",
      description =
          "mapped: weights stay in their files, read as needed. resident: they are copied once into"
              + " memory, which is faster. auto: resident where they take at most half of the available memory"
              + " (default: auto).")
  void memory(@Nullable WeightMemory value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--kv",
      paramLabel = "auto|f32|bf16|int8",
      description =
          "Element type of the KV cache; int8 is stored with a scale for each token and head. auto: f32 in exact"
              + " mode, bf16 in fast mode (default: auto).")
  void kv(@Nullable KvCache value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--experts",
      paramLabel = "device|host",
      description =
          "On a GPU: device: experts are there as all weights are. host: they stay in memory, and those that a"
              + " step chooses are brought over, for a model that does not fit (default: device).")
  void experts(@Nullable Experts value) {
    given(value, ModelOptions::with);
  }

  @Option(
      names = "--expert-slots",
      paramLabel = "N",
      description =
          "With --experts host: how many experts the GPU holds at once (default: as many as fit).")
  void expertSlots(@Nullable Integer value) {
    given(value, ModelOptions::withExpertSlots);
  }

  /** Opens a model by path or id; {@code usual} is what counts where no option says otherwise. */
  Model open(String model, ModelOptions usual) {
    try (StageProgress progress = new StageProgress()) {
      return Model.open(Checkpoint.resolve(model), over(usual), progress);
    }
  }

  /** The same with its tokenizer. */
  TextModel openText(String model, ModelOptions usual) {
    try (StageProgress progress = new StageProgress()) {
      return TextModel.open(Checkpoint.resolve(model), over(usual), progress);
    }
  }

  /** The options given, over those that are usual for a command. */
  ModelOptions over(ModelOptions usual) {
    ModelOptions options = usual;
    for (UnaryOperator<ModelOptions> change : given) {
      options = change.apply(options);
    }
    return options;
  }

  /** Notes an option; null where the command line has none, of which picocli tells too. */
  private <T> void given(@Nullable T value, BiFunction<ModelOptions, T, ModelOptions> option) {
    if (value != null) {
      given.add(options -> option.apply(options, value));
    }
  }
}
