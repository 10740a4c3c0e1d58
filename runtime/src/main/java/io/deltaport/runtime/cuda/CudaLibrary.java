package io.deltaport.runtime.cuda;

/** The shared libraries that ONNX Runtime's CUDA provider needs, in the order they are loaded. */
public enum CudaLibrary {
  CUBLAS_LT("libcublasLt.so.12", "nvidia-cublas-cu12", "libcublas-12-8"),
  CUBLAS("libcublas.so.12", "nvidia-cublas-cu12", "libcublas-12-8"),
  CURAND("libcurand.so.10", "nvidia-curand-cu12", "libcurand-12-8"),
  CUDART("libcudart.so.12", "nvidia-cuda-runtime-cu12", "cuda-cudart-12-8"),
  DRIVER("libcuda.so.1", "", "libcuda1");

  private final String file;
  private final String python;
  private final String debian;

  CudaLibrary(String file, String python, String debian) {
    this.file = file;
    this.python = python;
    this.debian = debian;
  }

  /** Its name for the loader. */
  public String file() {
    return file;
  }

  /** Which packages have it, and where it is looked for. */
  public String source() {
    return this == DRIVER
        ? "NVIDIA's driver, Debian " + debian
        : "PyPI %s, Debian (NVIDIA's repository) %s; its folder in LD_LIBRARY_PATH"
            .formatted(python, debian);
  }
}
