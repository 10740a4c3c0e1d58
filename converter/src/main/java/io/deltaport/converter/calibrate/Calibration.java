package io.deltaport.converter.calibrate;

/** Runs a model over a text, layer by layer, and tells what its matrices were multiplied with. */
public interface Calibration {
  /** Says which text it is, so that a killed conversion is gone on with only by the same. */
  String fingerprint();

  /**
   * The inputs of a layer's matrices. Layers are asked for in rising order, by one thread at a
   * time; what was given before is no longer used then.
   */
  LayerInputs layer(int layer);
}
