package io.deltaport.engine.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
  private static final List<SavePoint> NO_HINTS = List.of();

  private final CountedState memory = new CountedState(40, 400);
  private final PrefixCache cache = new PrefixCache(memory::usage, 0.25); // 10 slots, 100 blocks

  @AfterEach
  void nothingIsHeldInTheEnd() {
    cache.clear();
    assertEquals(0, memory.usage().slots());
    assertEquals(0, memory.usage().blocks());
    assertEquals(0, cache.stats().slots());
    assertEquals(0, cache.stats().blocks());
    assertEquals(0, cache.stats().pathTokens());
  }

  @Test
  void matchesToTheToken() {
    int[] text = ids(0, 131);
    insert(Arrays.copyOf(text, 130), Kind.OUTPUT);

    Match match = cache.match("", text);

    assertEquals(130, match.cached());
    assertEquals(Outcome.HIT, match.outcome());
    assertEquals(130, match.firstDifferent());
    assertArrayEquals(Arrays.copyOf(text, 130), read(match));
  }

  @Test
  void theLastTokenIsAlwaysRun() {
    int[] text = ids(0, 130);
    insert(text, Kind.OUTPUT);

    assertEquals(0, cached(text));
    assertEquals(130, cached(ids(0, 131)));
  }

  @Test
  void theDeepestStateThatAgreesIsTaken() {
    insert(ids(0, 100), Kind.OUTPUT);
    insert(ids(0, 200), Kind.OUTPUT);
    insert(Requests.join(ids(0, 200), ids(900, 100)), Kind.OUTPUT);

    assertEquals(200, cached(Requests.join(ids(0, 200), ids(900, 99), ids(700, 5))));
    assertEquals(100, cached(Requests.join(ids(0, 199), ids(700, 5))));
  }

  @Test
  void lookingAheadChangesNothing() {
    insert(ids(0, 100), Kind.OUTPUT);
    CacheStats before = cache.stats();

    assertEquals(100, cache.cached("", ids(0, 101)));
    assertEquals(before, cache.stats());
  }

  @Test
  void reasonsOfAMiss() {
    int[] text = ids(0, 200);
    assertEquals(Outcome.NO_PATH, cache.match("", text).outcome());
    cache.savePoints("", text, 0, NO_HINTS);

    assertEquals(Outcome.NO_STATE, cache.match("", text).outcome());
    assertEquals(Outcome.TOO_SHORT, miss(Requests.join(ids(0, 63), ids(900, 9))).outcome());
    assertEquals(63, miss(Requests.join(ids(0, 63), ids(900, 9))).firstDifferent());
    assertEquals(Outcome.NO_PATH, miss(ids(5, 100)).outcome());
    insert(Arrays.copyOf(text, 100), Kind.OUTPUT);
    assertTrue(cache.giveWay(40, 400));
    assertEquals(Outcome.EVICTED, miss(text).outcome());
    insert(Arrays.copyOf(text, 100), Kind.OUTPUT);
    assertEquals(Outcome.NO_STATE, miss(Arrays.copyOf(text, 100)).outcome());
    assertEquals(1, cache.stats().outcomes().get(Outcome.EVICTED));
    assertEquals(2, cache.stats().outcomes().get(Outcome.TOO_SHORT));
  }

  @Test
  void saltsShareNothing() {
    insert(ids(0, 100), Kind.OUTPUT);

    assertEquals(Outcome.NO_PATH, cache.match("another", ids(0, 101)).outcome());
    assertEquals(0, cache.cached("another", ids(0, 101)));
    assertEquals(100, cached(ids(0, 101)));
  }

  @Test
  void aJunctionIsSavedWhereAPromptLeavesAKnownOne() {
    cache.savePoints("", ids(0, 300), 0, NO_HINTS);

    List<SavePoint> points =
        cache.savePoints("", Requests.join(ids(0, 150), ids(900, 150)), 0, NO_HINTS);

    assertEquals(List.of(new SavePoint(150, Kind.JUNCTION)), points);
  }

  @Test
  void aPromptThatGoesOnWhereAnotherEndedLeavesNothing() {
    cache.savePoints("", ids(0, 300), 0, NO_HINTS);

    assertEquals(List.of(), cache.savePoints("", ids(0, 400), 0, NO_HINTS));
  }

  @Test
  void theSamePromptAgainIsSavedBeforeItsLastToken() {
    cache.savePoints("", ids(0, 300), 0, NO_HINTS);

    assertEquals(
        List.of(new SavePoint(299, Kind.JUNCTION)), cache.savePoints("", ids(0, 300), 0, NO_HINTS));
  }

  @Test
  void placesTooNearToEachOtherAreOne() {
    List<SavePoint> hints =
        List.of(new SavePoint(100, Kind.SYSTEM), new SavePoint(163, Kind.HEADER));

    assertEquals(hints.subList(0, 1), cache.savePoints("", ids(0, 170), 0, hints));
    assertEquals(
        List.of(), cache.savePoints("", ids(500, 170), 110, hints), "both too near to the start");
    assertEquals(
        hints.subList(1, 2), cache.savePoints("", ids(700, 170), 99, hints), "64 are enough");
  }

  @Test
  void placesOutsideOfThePromptAreNone() {
    List<SavePoint> hints =
        List.of(new SavePoint(-1, Kind.SYSTEM), new SavePoint(170, Kind.HEADER));

    assertEquals(List.of(), cache.savePoints("", ids(0, 170), 0, hints));
  }

  @Test
  void aSecondStateOfAPlaceIsNotKept() {
    insert(ids(0, 100), Kind.OUTPUT);
    CountedState.Text again = text(ids(0, 100));

    assertFalse(cache.insert("", ids(0, 100), again, Kind.SYSTEM));
    assertTrue(again.isClosed());
    assertEquals(1, cache.stats().entries());
  }

  @Test
  void aStateTooNearToTheOneAboveIsNotKept() {
    insert(ids(0, 100), Kind.OUTPUT);
    CountedState.Text near = text(ids(0, 163));

    assertFalse(cache.insert("", ids(0, 163), near, Kind.OUTPUT));
    assertTrue(near.isClosed());
    assertTrue(cache.insert("", ids(0, 164), text(ids(0, 164)), Kind.OUTPUT));
  }

  @Test
  @DisplayName("pitfall 39: the bound is checked before memory is taken")
  void slotsAreBounded() {
    for (int i = 0; i < 30; i++) {
      insert(ids(1000 * i, 70), Kind.OUTPUT);
      assertTrue(cache.stats().slots() <= 10);
      assertTrue(cache.stats().blocks() <= 100);
    }
    assertEquals(10, cache.stats().entries());
    assertEquals(20, cache.stats().evicted().get(Kind.OUTPUT));
  }

  @Test
  @DisplayName("pitfall 39: a state larger than all that is granted takes no other's place")
  void aStateThatNeverFitsIsNotKept() {
    insert(ids(0, 100), Kind.OUTPUT);
    CountedState.Text large = text(ids(5000, 101 * CountedState.BLOCK));

    assertFalse(cache.insert("", large.ids(), large, Kind.SYSTEM));
    assertEquals(1, cache.stats().entries());
    assertTrue(large.isClosed());
  }

  @Test
  void blocksThatEntriesShareCountOnce() {
    CountedState.Text text = text(ids(0, 80));
    CountedState.Text longer = text.fork();
    longer.read(ids(80, 80), List.of());
    cache.insert("", ids(0, 80), text, Kind.OUTPUT);
    cache.insert("", ids(0, 160), longer, Kind.OUTPUT);

    assertEquals(2, cache.stats().slots());
    assertEquals(20, cache.stats().blocks());
    assertEquals(
        2 * CountedState.SLOT_BYTES + 20 * CountedState.BLOCK_BYTES, cache.stats().bytes());
  }

  @Test
  @DisplayName("pitfall 39: one-shot prompts do not flush what is reused")
  void whatWasNeverUsedGoesFirst() {
    insert(ids(0, 100), Kind.OUTPUT);
    assertEquals(100, cached(ids(0, 101)));
    for (int i = 1; i < 60; i++) {
      insert(ids(1000 * i, 70), i % 2 == 0 ? Kind.OUTPUT : Kind.HEADER);
    }

    assertEquals(100, cached(ids(0, 101)));
  }

  @Test
  @DisplayName("pitfall 37: a hit refreshes the state that was used, not those above it")
  void onlyTheConsumedStateIsRefreshed() {
    insert(ids(0, 70), Kind.SYSTEM);
    insert(ids(0, 140), Kind.SYSTEM);
    for (int i = 1; i < 9; i++) {
      insert(ids(1000 * i, 70), Kind.SYSTEM);
    }
    assertEquals(140, cached(ids(0, 141)));
    insert(ids(9000, 70), Kind.SYSTEM);

    assertEquals(0, cached(ids(0, 71)), "used longest ago");
    assertEquals(140, cached(ids(0, 141)));
  }

  @Test
  void whatSavesMoreTokensForItsBytesStaysLonger() {
    insert(ids(0, 400), Kind.SYSTEM);
    for (int i = 1; i <= 6; i++) {
      insert(ids(1000 * i, 70), Kind.SYSTEM);
    }

    assertEquals(400, cached(ids(0, 401)));
    assertEquals(0, cached(ids(1000, 71)));
  }

  @Test
  void anInnerStateMayGoAndThoseBelowStay() {
    CountedState.Text text = text(ids(0, 80));
    CountedState.Text longer = text.fork();
    longer.read(ids(80, 80), List.of());
    cache.insert("", ids(0, 80), text, Kind.OUTPUT);
    cache.insert("", ids(0, 160), longer, Kind.SYSTEM);
    assertTrue(cache.giveWay(39, 0), "those on probation go first");

    assertEquals(0, cached(ids(0, 81)));
    assertEquals(160, cached(ids(0, 161)));
  }

  @Test
  void givesWayAsFarAsNeeded() {
    for (int i = 0; i < 10; i++) {
      insert(ids(1000 * i, 70), Kind.OUTPUT);
    }
    assertTrue(cache.giveWay(33, 0));
    assertEquals(7, cache.stats().entries());
    assertTrue(cache.giveWay(40, 400));
    assertEquals(0, cache.stats().entries());
  }

  @Test
  void whatRunsHoldStaysWhereItWouldFreeNothing() {
    CountedState.Text running = text(ids(0, 100));
    cache.insert("", ids(0, 100), running.fork(), Kind.OUTPUT);

    assertFalse(cache.giveWay(40, 400));
    assertEquals(1, cache.stats().entries());
    running.close();
    assertTrue(cache.giveWay(40, 400));
  }

  @Test
  void aStateGivesItsOtherSavedPlacesBack() {
    CountedState.Text text = memory.newSequence();
    text.read(ids(0, 100), List.of(new SavePoint(70, Kind.HEADER)));
    cache.insert("", ids(0, 100), text, Kind.OUTPUT);

    assertEquals(1, memory.usage().slots());
  }

  @Test
  void aRunGoesOnWhenItsStateGivesWay() {
    insert(ids(0, 100), Kind.OUTPUT);
    CountedState.Text running =
        (CountedState.Text) cache.match("", ids(0, 101)).sequence().orElseThrow();
    cache.clear();
    running.read(ids(100, 1), List.of());

    assertArrayEquals(ids(0, 101), running.ids());
    running.close();
  }

  @Test
  void promptsAreForgottenLongestAgoFirst() {
    PrefixCache small = new PrefixCache(memory::usage, 0.25, 64, 1000);
    for (int i = 0; i < 50; i++) {
      small.savePoints("", ids(1000 * i, 200), 0, NO_HINTS);
      assertTrue(small.stats().pathTokens() <= 1000);
    }

    assertEquals(Outcome.NO_STATE, small.match("", ids(49_000, 200)).outcome());
    assertEquals(Outcome.NO_STATE, small.match("", ids(48_000, 200)).outcome());
    assertEquals(Outcome.NO_PATH, small.match("", ids(0, 200)).outcome());
  }

  @Test
  void theWayToAKeptStateIsNotForgotten() {
    PrefixCache small = new PrefixCache(memory::usage, 0.25, 64, 1000);
    small.insert("", ids(0, 100), text(ids(0, 100)), Kind.OUTPUT);
    for (int i = 1; i < 50; i++) {
      small.savePoints("", ids(1000 * i, 200), 0, NO_HINTS);
    }

    assertEquals(100, small.cached("", ids(0, 101)));
    small.clear();
  }

  @Test
  void aSpineIsSparseAndDenserToTheEnd() {
    assertEquals(
        List.of(8192, 12288, 16384), SavePoints.spine(20_000, 4096).stream().sorted().toList());
    assertEquals(List.of(), List.copyOf(SavePoints.spine(4000, 4096)));
    assertEquals(
        List.of(49152, 73728, 86016, 90112, 94208),
        SavePoints.spine(100_000, 4096).stream().sorted().toList());
  }

  @Test
  void aPathKeepsFewPlacesOfItsSpine() {
    CountedState large = new CountedState(200, 50_000);
    PrefixCache cache = new PrefixCache(large::usage, 0.5);
    CountedState.Text text = large.newSequence();
    int[] ids = ids(0, 40 * 4096);
    for (int i = 1; i <= 40; i++) {
      text.read(Arrays.copyOfRange(ids, (i - 1) * 4096, i * 4096), List.of());
      cache.insert("", ids, text.fork(), Kind.SPINE);
    }
    text.close();

    assertEquals(SavePoints.MOST_SPINE, cache.stats().entries());
    assertEquals(Map.of(Kind.SPINE, 32L), cache.stats().evicted());
    List<Integer> left =
        IntStream.rangeClosed(1, 40)
            .filter(i -> cache.cached("", Arrays.copyOf(ids, i * 4096 + 1)) == i * 4096)
            .boxed()
            .toList();
    assertTrue(left.get(0) <= 20 && left.get(7) == 40 && left.get(6) >= 36, left.toString());
    cache.clear();
    assertEquals(0, large.usage().slots());
  }

  @Test
  void countsTokensAskedForAndFound() {
    insert(ids(0, 100), Kind.OUTPUT);
    cached(ids(0, 150));
    cached(ids(500, 50));

    assertEquals(200, cache.stats().queriedTokens());
    assertEquals(100, cache.stats().hitTokens());
    assertEquals(Map.of(Kind.OUTPUT, 1L), cache.stats().inserted());
  }

  @Test
  void anEmptyStateIsNotKept() {
    CountedState.Text empty = memory.newSequence();

    assertFalse(cache.insert("", new int[0], empty, Kind.OUTPUT));
    assertTrue(empty.isClosed());
    assertThrows(IllegalStateException.class, empty::close);
  }

  private void insert(int[] ids, Kind kind) {
    assertTrue(cache.insert("", ids, text(ids), kind));
  }

  private CountedState.Text text(int... ids) {
    CountedState.Text text = memory.newSequence();
    text.read(ids, List.of());
    return text;
  }

  private int cached(int... prompt) {
    Match match = cache.match("", prompt);
    match.sequence().ifPresent(sequence -> sequence.close());
    return match.cached();
  }

  private Match miss(int... prompt) {
    Match match = cache.match("", prompt);
    assertTrue(match.sequence().isEmpty());
    assertEquals(0, match.cached());
    return match;
  }

  private static int[] read(Match match) {
    CountedState.Text text = (CountedState.Text) match.sequence().orElseThrow();
    text.close();
    return text.ids();
  }

  private static int[] ids(int from, int count) {
    return IntStream.range(from, from + count).toArray();
  }
}
