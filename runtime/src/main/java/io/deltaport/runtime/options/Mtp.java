package io.deltaport.runtime.options;

/**
 * Whether a checkpoint that is opened is converted with its multi-token-prediction head. A model
 * directory has it or not, whatever is said here.
 */
public enum Mtp {
  NONE,
  HEAD
}
