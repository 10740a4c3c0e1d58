package io.deltaport.cli;

import java.util.List;

/**
 * A generation that {@code bench} timed.
 *
 * @param rate tokens a second
 * @param readable of each stretch of its steps, how many bytes could have been read in the mean
 *     time of one of them, at the rate measured right after them
 */
record BenchDecode(double rate, List<Double> readable) {
  BenchDecode {
    readable = List.copyOf(readable);
  }

  /** The median share of what could have been read; NaN where that was not measured. */
  double share(double bytes) {
    double[] shares =
        readable.stream()
            .filter(most -> most > 0)
            .mapToDouble(most -> bytes / most)
            .sorted()
            .toArray();
    int n = shares.length;
    return n == 0 ? Double.NaN : (shares[(n - 1) / 2] + shares[n / 2]) / 2;
  }
}
