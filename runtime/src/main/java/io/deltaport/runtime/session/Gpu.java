package io.deltaport.runtime.session;

import io.deltaport.kernels.CudaSession;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The GPU that a graph runs on.
 *
 * @param cuda what its ops share
 * @param notes hears of what a user should know, in one line
 */
public record Gpu(CudaSession cuda, Consumer<String> notes) {
  public Gpu {
    Objects.requireNonNull(cuda);
    Objects.requireNonNull(notes);
  }
}
