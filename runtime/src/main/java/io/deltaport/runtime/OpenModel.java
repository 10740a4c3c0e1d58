package io.deltaport.runtime;

import io.deltaport.loader.config.ModelConfig;
import io.deltaport.runtime.state.StatePool;
import java.nio.file.Path;

/** Everything that is open for a model: directory, graph, pool. */
@SuppressWarnings("DoNotCallSuggester")
record OpenModel(
    Path directory, ModelConfig config, ModelOptions options, StatePool pool, GraphRunner runner) {
  static OpenModel open(Path path, ModelOptions options) {
    throw new RunException(RunException.Reason.MODEL, path + ": there are no kernels to run it");
  }

  boolean hasRows() {
    return true;
  }

  boolean hasMtp() {
    return false;
  }

  GraphRunner openMtp() {
    throw new IllegalStateException();
  }

  void close() {
    pool.close();
  }
}
