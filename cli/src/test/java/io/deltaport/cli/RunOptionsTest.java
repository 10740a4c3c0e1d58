package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.runtime.options.Compute;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.Experts;
import io.deltaport.runtime.options.KernelLevel;
import io.deltaport.runtime.options.KvCache;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Optimizer;
import io.deltaport.runtime.options.Pinning;
import io.deltaport.runtime.options.WeightMemory;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RunOptionsTest {
  @Test
  void everyOptionCountsOverWhatIsUsual() {
    ModelOptions options =
        parsed(
            "--compute=fast",
            "--device=auto",
            "--threads=3",
            "--pin=1,2,5",
            "--optimizer=basic",
            "--kernels=avx2",
            "--memory=mapped",
            "--kv=int8",
            "--experts=host",
            "--expert-slots=9");
    assertEquals(Compute.FAST, options.compute());
    assertEquals(Device.AUTO, options.device());
    assertEquals(3, options.threads());
    assertEquals(Pinning.to(List.of(1, 2, 5)), options.pinning());
    assertEquals(Optimizer.BASIC, options.optimizer());
    assertEquals(KernelLevel.AVX2, options.kernels());
    assertEquals(WeightMemory.MAPPED, options.memory());
    assertEquals(KvCache.INT8, options.kv());
    assertEquals(Experts.HOST, options.experts());
    assertEquals(9, options.expertSlots());
  }

  @Test
  void whatIsNotSaidIsAsUsual() {
    ModelOptions options = parsed("--threads=3");
    assertEquals(Compute.EXACT, options.compute());
    assertEquals(Pinning.NONE, options.pinning());
  }

  private static ModelOptions parsed(String... args) {
    RunOptions options = new RunOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    return options.over(ModelOptions.EXACT);
  }
}
