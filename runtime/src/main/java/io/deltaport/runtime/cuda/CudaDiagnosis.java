package io.deltaport.runtime.cuda;

import ai.onnxruntime.OrtEnvironment;
import io.deltaport.kernels.GpuInfo;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether CUDA can run here, and if not, what is missing.
 *
 * @param provider whether this ONNX Runtime has its CUDA provider
 * @param missing libraries that do not load, each with the loader's words
 * @param gpu the first GPU, where the driver works
 * @param driverError why there is none
 */
public record CudaDiagnosis(
    boolean provider,
    Map<CudaLibrary, String> missing,
    Optional<GpuInfo> gpu,
    Optional<String> driverError) {
  /** Its library in ONNX Runtime's jar, which is asked without being started. */
  private static final String PROVIDER =
      "/ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so";

  /** Multiprocessor generation from which on ONNX Runtime and the kernels have code. */
  private static final int LEAST_CAPABILITY = 80;

  public CudaDiagnosis {
    missing = Map.copyOf(missing);
  }

  /** Looks at this machine; what is found is loaded. */
  public static CudaDiagnosis now() {
    boolean provider = OrtEnvironment.class.getResource(PROVIDER) != null;
    Map<CudaLibrary, String> missing = new TreeMap<>();
    for (CudaLibrary library : CudaLibrary.values()) {
      KernelLibrary.load(library.file()).ifPresent(error -> missing.put(library, error));
    }
    try {
      return new CudaDiagnosis(provider, missing, Optional.of(GpuInfo.of(0)), Optional.empty());
    } catch (KernelException e) {
      return new CudaDiagnosis(
          provider, missing, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** Whether nothing is missing. */
  public boolean works() {
    return problems().isEmpty();
  }

  /** What is missing, a sentence each, and what would mend it. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!provider) {
      problems.add(
          "this ONNX Runtime has no CUDA provider (build with mvn -Pgpu, or depend on"
              + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime)");
    }
    for (CudaLibrary library : CudaLibrary.values()) {
      if (missing.containsKey(library)) {
        problems.add("%s (%s)".formatted(missing.get(library), library.source()));
      }
    }
    if (!missing.containsKey(CudaLibrary.DRIVER)) {
      driverError.ifPresent(problems::add);
    }
    gpu.ifPresent(found -> addGpuProblems(found, problems));
    return problems;
  }

  private static void addGpuProblems(GpuInfo gpu, List<String> problems) {
    if (gpu.capability() < LEAST_CAPABILITY) {
      problems.add(
          "%s has compute capability %d.%d, 8.0 or later is needed"
              .formatted(gpu.name(), gpu.capability() / 10, gpu.capability() % 10));
    } else if (gpu.kernels().isEmpty()) {
      problems.add(
          "this build of Deltaport has no CUDA kernels for %s (it was built without NVRTC)"
              .formatted(gpu.name()));
    }
  }

  /** The problems in one line. */
  public String summary() {
    return "CUDA cannot run here: " + String.join("; ", problems());
  }
}
