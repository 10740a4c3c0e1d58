package io.deltaport.engine.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Does with a cache what an engine does for one request after the other. */
final class Requests {
  final CountedState memory;
  final PrefixCache cache;
  private final Random random = new Random(5);

  Requests(int slots, int blocks, double share) {
    this.memory = new CountedState(slots, blocks);
    this.cache = new PrefixCache(memory::usage, share);
  }

  /** So many tokens that were never there. */
  int[] fresh(int count) {
    return random.ints(count, 0, Integer.MAX_VALUE).toArray();
  }

  static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }

  /** A request whose output is kept too; gives how many tokens of the prompt were read. */
  int run(int[] prompt, int[] output, SavePoint... hints) {
    return run("", prompt, output, hints);
  }

  int run(String salt, int[] prompt, int[] output, SavePoint... hints) {
    Match match = cache.match(salt, prompt);
    CountedState.Text text =
        match.sequence().map(CountedState.Text.class::cast).orElseGet(memory::newSequence);
    List<SavePoint> points = cache.savePoints(salt, prompt, match.cached(), Arrays.asList(hints));
    text.read(Arrays.copyOfRange(prompt, match.cached(), prompt.length), points);
    for (SavePoint point : points) {
      CountedState.Text state = text.fork();
      state.crop(point.length());
      cache.insert(salt, prompt, state, point.kind());
    }
    text.dropSaved();
    text.read(output, List.of());
    cache.insert(salt, join(prompt, output), text, Kind.OUTPUT);
    return prompt.length - match.cached();
  }
}
