package io.deltaport.directory;

import io.deltaport.directory.state.State;
import io.deltaport.directory.state.StateLayer;
import io.deltaport.loader.config.HeadType;
import java.util.List;

/** A small manifest. */
final class Manifests {
  /** Bytes of its weight file. */
  static final long WEIGHT_BYTES = 1000;

  static final String WEIGHTS = "model.safetensors";

  private static final String HASH = "0".repeat(64);

  private Manifests() {}

  static ModelInfo info() {
    return new ModelInfo(
        HeadType.CAUSAL_LM,
        11,
        6,
        2,
        100,
        0,
        null,
        List.of(3L),
        new ModelInfo.Experts(List.of(1), 5, 2));
  }

  static Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT,
        "deltaport",
        "tiny",
        info(),
        Manifest.WeightFiles.COPY,
        null,
        false,
        List.of(
            new FileEntry(ModelDirectory.MODEL, 10, null, HASH, HASH),
            new FileEntry(WEIGHTS, WEIGHT_BYTES, HASH, HASH, null)),
        List.of(new Manifest.Precision("*", "bf16", List.of(0L, 0L))),
        state());
  }

  static State state() {
    return new State(
        List.of(
            new StateLayer.LinearAttention(0, 4, 22, 3, 2, 5),
            new StateLayer.FullAttention(1, 2, 3)));
  }
}
