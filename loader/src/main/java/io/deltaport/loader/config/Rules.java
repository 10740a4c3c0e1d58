package io.deltaport.loader.config;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the values of one record, by key. */
final class Rules {
  private final List<Problem> problems = new ArrayList<>();

  /** A whole number within limits, both included. */
  boolean range(String key, long value, long least, long most) {
    return holds(value >= least && value <= most, key, least + " to " + most, Long.toString(value));
  }

  /** A finite number above zero. */
  boolean positive(String key, double value) {
    return holds(
        value > 0 && value < Double.POSITIVE_INFINITY, key, "a number above 0", text(value));
  }

  /** A finite number from zero on. */
  boolean notNegative(String key, double value) {
    return holds(
        value >= 0 && value < Double.POSITIVE_INFINITY, key, "a number from 0", text(value));
  }

  /** A finite number. */
  boolean finite(String key, double value) {
    return holds(Double.isFinite(value), key, "a finite number", text(value));
  }

  /** One size a multiple of another, both above zero. */
  boolean multiple(String key, long value, String ofKey, long of) {
    return holds(
        value % of == 0, key + ", " + ofKey, "a multiple of " + ofKey + " " + of, "" + value);
  }

  /** {@code keys}: those that the rule speaks of, separated by a comma and a space. */
  boolean holds(boolean rule, String keys, String expected, String found) {
    if (!rule) {
      problems.add(new Problem(keys, expected, found));
    }
    return rule;
  }

  /** Throws all problems at once, if there are any. */
  void check() {
    if (!problems.isEmpty()) {
      throw new CheckpointException(problems);
    }
  }

  private static String text(double value) {
    return Double.toString(value);
  }
}
