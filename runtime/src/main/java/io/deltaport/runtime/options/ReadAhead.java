package io.deltaport.runtime.options;

/**
 * Whether weight files are read once when a model is opened, so that its first run does not wait
 * for the disk.
 */
public enum ReadAhead {
  /** Those that are not in memory yet, where all of them fit into what is available. */
  AUTO,
  /** Pages come as they are touched. */
  NONE
}
