package io.deltaport.cli;

import io.deltaport.kernels.MachineLimits;
import java.util.Optional;

/**
 * What {@code bench} measured of one length.
 *
 * @param tokens of a prompt
 * @param prefill tokens a second of reading it, where that was asked for
 * @param decode tokens a second after it, where that was asked for
 * @param peakBytes most memory that the process held since the length before, or the start
 * @param limits what the machine could do right after: another machine's guests change that within
 *     seconds
 */
record BenchLength(
    int tokens,
    Optional<Double> prefill,
    Optional<Double> decode,
    long peakBytes,
    MachineLimits limits) {}
