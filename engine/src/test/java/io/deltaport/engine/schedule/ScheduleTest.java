package io.deltaport.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.schedule.StepPlan.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final List<Wish> TWO_GROW_TWO_READ =
      List.of(new Wish(70, 0), new Wish(1, 3), new Wish(90, 0), new Wish(1, 0));

  @Test
  void promptsShareAChunkInOrderAndGrowingOutputsComeBesides() {
    assertEquals(List.of(70, 4, 30, 1), StepPlan.of(TWO_GROW_TWO_READ, 100, true).tokens());
  }

  @Test
  void promptsWaitWhileItIsNotTheirTurn() {
    assertEquals(List.of(0, 4, 0, 1), StepPlan.of(TWO_GROW_TWO_READ, 100, false).tokens());
  }

  @Test
  void whereNothingGrowsPromptsHaveTheStep() {
    List<Wish> reading = List.of(new Wish(70, 0), new Wish(90, 0));
    assertEquals(List.of(70, 30), StepPlan.of(reading, 100, false).tokens());
  }

  @Test
  void promptsHaveTheirShareOfTheTime() {
    PromptShare share = new PromptShare(0.25);
    long read = 0;
    long all = 0;
    for (int step = 0; step < 1000; step++) {
      boolean reads = share.isDue();
      long nanos = reads ? 50 : 10;
      share.ran(nanos, reads);
      read += reads ? nanos : 0;
      all += nanos;
    }
    assertEquals(0.25, (double) read / all, 0.01);
    assertThrows(IllegalArgumentException.class, () -> new PromptShare(0));
  }

  @Test
  void wholeShareNeverMakesPromptsWait() {
    PromptShare share = new PromptShare(1);
    share.ran(1000, true);
    assertTrue(share.isDue());
  }

  @Test
  void lowerPrioritiesComeFirstThenTheKeyThatHadLess() {
    WaitingQueue<String> queue = new WaitingQueue<>();
    queue.add(1, "a", "late");
    queue.add(0, "a", "a1");
    queue.add(0, "a", "a2");
    queue.add(0, "b", "b1");
    List<String> order = new ArrayList<>();
    while (queue.size() > 0) {
      String item = take(queue);
      order.add(item);
      queue.served(item.startsWith("b") ? "b" : "a", 100);
    }
    assertEquals(List.of("a1", "b1", "a2", "late"), order);
    assertEquals(Optional.empty(), queue.first());
  }

  @Test
  void aKeyOfManyRequestsTakesNoMoreThanItsTurn() {
    WaitingQueue<String> queue = new WaitingQueue<>();
    for (int i = 0; i < 50; i++) {
      queue.add(0, "many", "many" + i);
    }
    for (int i = 0; i < 10; i++) {
      queue.served(take(queue).substring(0, 4), 100);
    }
    for (int i = 0; i < 5; i++) {
      queue.add(0, "few!", "few!" + i);
    }
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      order.add(take(queue));
      queue.served(order.get(i).substring(0, 4), 100);
    }
    // It has no claim on the time before it came, and from then on every second turn.
    assertEquals(List.of("few!0", "many10", "few!1", "many11", "few!2", "many12"), order);
  }

  @Test
  void whatIsTakenOutIsGone() {
    WaitingQueue<Integer> queue = new WaitingQueue<>();
    for (int i = 0; i < 6; i++) {
      queue.add(i % 2, "", i);
    }
    List<Integer> removed = new ArrayList<>();
    queue.removeIf(i -> i > 2, removed);
    assertEquals(3, queue.size());
    assertEquals(3, removed.size());
    assertEquals(List.of(0, 2, 1), List.of(take(queue), take(queue), take(queue)));
  }

  @Test
  void timesAreThoseOfAsManyTokensElseOfFewerAndMore() {
    StepTimes times = new StepTimes();
    assertEquals(0, times.of(5));
    times.ran(1, 1000);
    assertEquals(1000, times.of(1));
    assertEquals(1400, times.of(3), 1e-9);
    times.ran(3, 1100);
    assertEquals(1100, times.of(3));
    times.ran(3, 2100);
    assertEquals(1300, times.of(3), 1e-9);
    assertFalse(times.of(300) <= times.of(3));
  }

  /** Takes the first, which is in one of these places. */
  private static <T> T take(WaitingQueue<T> queue) {
    T first = queue.first().orElseThrow();
    int size = queue.size();
    for (int priority = 0; priority < 2 && queue.size() == size; priority++) {
      for (String key : List.of("", "a", "b", "many", "few!")) {
        takeIfThere(queue, priority, key, first);
      }
    }
    assertEquals(size - 1, queue.size());
    return first;
  }

  private static <T> void takeIfThere(WaitingQueue<T> queue, int priority, String key, T item) {
    try {
      queue.take(priority, key, item);
    } catch (IllegalArgumentException e) {
      assertEquals("no such item waits", e.getMessage());
    }
  }
}
