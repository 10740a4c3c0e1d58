package io.deltaport.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.PoolMemory;
import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.StatePool;
import io.deltaport.runtime.state.TokenAdvance;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {
  private static final int[] NONE = {};

  private final StatePool pool = new StatePool(NoMemory::new, new Capacity(4, 64, 1));
  private final Packing packing =
      new Packing(Set.of("logits", "top_ids", "top_values", "last_hidden_state"));

  @Test
  void whatIsWantedOfASequenceLiesAfterWhatIsWantedOfTheOnesBefore() {
    packing.add(tokens(5), new int[] {4}, new int[] {0, 4}, NONE, 3);
    Packing.Part second = packing.add(tokens(2), new int[] {0, 1}, NONE, NONE, 7);
    Packing.Part third = packing.add(tokens(1), NONE, new int[] {0}, NONE, 0);

    assertEquals(8, packing.tokens());
    assertEquals(3, packing.logits());
    assertEquals(3, packing.hidden());
    assertEquals(7, packing.topK());
    assertEquals(5, second.firstToken());
    assertEquals(1, second.firstLogit());
    assertEquals(List.of(5, 6), logitTokens(second));
    assertEquals(7, third.firstToken());
    assertEquals(List.of(7), hiddenTokens(third));
  }

  @Test
  void keptRowsFollowTheSequencesOwnAndAreNotAmongThem() {
    packing.add(tokens(3), NONE, NONE, new int[] {2}, 0);
    Packing.Part part = packing.add(tokens(4), NONE, new int[] {0}, new int[] {2, 3}, 0);

    assertEquals(4, packing.hidden());
    assertEquals(1, part.firstHidden());
    assertEquals(1, part.hidden());
    assertEquals(List.of(3, 5, 6), hiddenTokens(part));
  }

  @Test
  void anOutputThatTheGraphLacksIsNamed() {
    Packing base = new Packing(Set.of("last_hidden_state"));
    Advance one = tokens(1);

    RunException e =
        assertThrows(RunException.class, () -> base.add(one, new int[] {0}, NONE, NONE, 0));
    assertTrue(String.valueOf(e.getMessage()).contains("no output logits"), e.getMessage());
    assertThrows(RunException.class, () -> base.add(one, NONE, NONE, NONE, 1));
    assertEquals(0, base.tokens());
  }

  private Advance tokens(int count) {
    return TokenAdvance.savingLast(new SequenceState(pool), new int[count]);
  }

  private static List<Integer> logitTokens(Packing.Part part) {
    return IntStream.range(0, part.logits()).mapToObj(part::logitToken).toList();
  }

  private static List<Integer> hiddenTokens(Packing.Part part) {
    return IntStream.range(0, part.hidden() + part.kept()).mapToObj(part::hiddenToken).toList();
  }

  /** A pool that nothing is ever taken of. */
  private record NoMemory(long slots, long blocks) implements PoolMemory {
    @Override
    public long handle() {
      return 0;
    }

    @Override
    public long bytes(long slots, long blocks) {
      return 0;
    }

    @Override
    public long available() {
      return 0;
    }

    @Override
    public void grow(long slots, long blocks) {}

    @Override
    public void copyBlocks(int[] from, int[] to, int n) {}

    @Override
    public void close() {}
  }
}
