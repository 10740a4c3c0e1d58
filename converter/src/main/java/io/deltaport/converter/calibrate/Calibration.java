package io.deltaport.converter.calibrate;

import java.util.function.LongConsumer;

/** Runs a model over a text, layer by layer, and tells what its matrices were multiplied with. */
public interface Calibration {
  /** Says which text it is, so that a killed conversion is gone on with only by the same. */
  String fingerprint();

  /** Bytes that {@link #layer} reads of each layer, for a progress bar. */
  long bytesPerLayer();

  /**
   * The inputs of a layer's matrices. Layers are asked for in rising order, by one thread at a
   * time; what was given before is no longer used then.
   *
   * @param progress told of each number of bytes read, of layers that had to be run before too
   */
  LayerInputs layer(int layer, LongConsumer progress);
}
