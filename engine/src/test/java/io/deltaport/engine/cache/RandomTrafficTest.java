package io.deltaport.engine.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache against a plain list of the states that it was given. */
class RandomTrafficTest {
  private static final int MIN_GAIN = 3;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final String[] SALTS = {"", "a", "b"};

  private final CountedState memory = new CountedState(60, 500);
  private final PrefixCache cache = new PrefixCache(memory::usage, 0.5, MIN_GAIN, 2000);
  private final List<Given> given = new ArrayList<>();
  private final List<CountedState.Text> running = new ArrayList<>();

  /** A state that the cache was given. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Given(String salt, int[] ids, CountedState.Text state) {
    boolean begins(String of, int... prompt) {
      return !state.isClosed()
          && salt.equals(of)
          && ids.length < prompt.length
          && Arrays.equals(ids, 0, ids.length, prompt, 0, ids.length);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void findsTheLongestStateThatItKeeps(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      String salt = SALTS[random.nextInt(3)];
      int[] prompt = random.ints(1 + random.nextInt(40), 0, 2).toArray();
      CountedState.Text text = found(salt, prompt);
      read(text, salt, prompt, random);
      if (random.nextInt(3) == 0) {
        running.add(text.fork());
      }
      give(salt, prompt, text, KINDS.get(random.nextInt(KINDS.size())));
      if (random.nextInt(20) == 0) {
        giveWay(1 + random.nextInt(60), random.nextInt(200));
      }
      while (running.size() > 5) {
        running.remove(random.nextInt(running.size())).close();
      }
      checkBounds();
    }
    running.forEach(CountedState.Text::close);
    checkHeld();
    cache.clear();
    assertEquals(0, memory.usage().slots());
    assertEquals(0, memory.usage().blocks());
    assertTrue(given.stream().allMatch(each -> each.state().isClosed()));
  }

  private CountedState.Text found(String salt, int... prompt) {
    int longest =
        given.stream()
            .filter(each -> each.begins(salt, prompt))
            .mapToInt(each -> each.ids().length)
            .max()
            .orElse(0);
    assertEquals(longest, cache.cached(salt, prompt));
    Match match = cache.match(salt, prompt);
    assertEquals(longest, match.cached());
    assertEquals(match.outcome() == Outcome.HIT, longest > 0);
    CountedState.Text text =
        match.sequence().map(CountedState.Text.class::cast).orElseGet(memory::newSequence);
    assertArrayEquals(Arrays.copyOf(prompt, longest), text.ids());
    return text;
  }

  private void read(CountedState.Text text, String salt, int[] prompt, Random random) {
    int from = text.length();
    List<SavePoint> hints =
        List.of(
            new SavePoint(random.nextInt(45), Kind.SYSTEM),
            new SavePoint(random.nextInt(45), Kind.HEADER));
    List<SavePoint> points = cache.savePoints(salt, prompt, from, hints);
    int last = from;
    for (SavePoint point : points) {
      assertTrue(point.length() - last >= MIN_GAIN && point.length() < prompt.length);
      last = point.length();
    }
    text.read(Arrays.copyOfRange(prompt, from, prompt.length), points);
    for (SavePoint point : points) {
      CountedState.Text state = text.fork();
      state.crop(point.length());
      give(salt, prompt, state, point.kind());
    }
    text.dropSaved();
  }

  private void give(String salt, int[] prompt, CountedState.Text state, Kind kind) {
    given.add(new Given(salt, Arrays.copyOf(prompt, state.length()), state));
    boolean taken = cache.insert(salt, prompt, state, kind);
    assertEquals(taken, !state.isClosed());
    given.removeIf(each -> each.state().isClosed());
    assertEquals(cache.stats().entries(), given.size());
  }

  private void giveWay(int slots, int blocks) {
    boolean enough = cache.giveWay(slots, blocks);
    given.removeIf(each -> each.state().isClosed());
    assertEquals(
        enough, memory.usage().freeSlots() >= slots && memory.usage().freeBlocks() >= blocks);
    if (!enough) {
      assertTrue(given.stream().allMatch(each -> each.state().bytesAlone() == 0));
    }
  }

  private void checkBounds() {
    assertTrue(cache.stats().slots() <= 30);
    assertTrue(cache.stats().blocks() <= 250);
    assertTrue(cache.stats().pathTokens() <= 2000);
  }

  /** Nobody but the cache holds anything. */
  private void checkHeld() {
    assertEquals(memory.usage().slots(), cache.stats().slots());
    assertEquals(memory.usage().blocks(), cache.stats().blocks());
    assertEquals(
        cache.stats().bytes(),
        memory.usage().slots() * CountedState.SLOT_BYTES
            + memory.usage().blocks() * CountedState.BLOCK_BYTES);
  }
}
