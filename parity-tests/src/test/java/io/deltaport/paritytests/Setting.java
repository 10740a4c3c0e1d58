package io.deltaport.paritytests;

import io.deltaport.runtime.options.KernelLevel;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Optimizer;
import java.util.ArrayList;
import java.util.List;

/** A way to run a model in exact mode that must change nothing. */
record Setting(Optimizer optimizer, int threads, KernelLevel kernels) {
  /** Every level of the optimiser with one and two threads, then every set of kernels. */
  static List<Setting> all() {
    List<Setting> settings = new ArrayList<>();
    for (Optimizer optimizer : Optimizer.values()) {
      settings.add(new Setting(optimizer, 1, KernelLevel.AUTO));
      settings.add(new Setting(optimizer, 2, KernelLevel.AUTO));
    }
    for (KernelLevel level : KernelLevel.values()) {
      if (level != KernelLevel.AUTO) {
        settings.add(new Setting(Optimizer.ALL, 2, level));
      }
    }
    return settings;
  }

  ModelOptions options() {
    return ModelOptions.EXACT.with(optimizer).with(kernels).withThreads(threads);
  }

  @Override
  public String toString() {
    return "optimizer %s, %d threads, kernels %s".formatted(optimizer, threads, kernels);
  }
}
