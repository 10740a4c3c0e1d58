package io.deltaport.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.EngineException;
import io.deltaport.runtime.state.StateUsage;
import org.junit.jupiter.api.Test;

class StateBudgetTest {
  private static final long MIB = 1 << 20;

  /** Of the 80B model: 75 MiB a slot, 24 KiB a token. */
  private static final StateUsage LARGE = new StateUsage(0, 4, 75 * MIB, 0, 32, 768 * 1024, 32);

  private static final StateUsage WITHOUT_SLOTS = new StateUsage(0, 4, 0, 0, 32, 768 * 1024, 32);

  @Test
  void muchMemoryTakesAllThatIsWanted() {
    StateBudget budget =
        StateBudget.of(EngineOptions.DEFAULT.withStateBytes(1L << 40), LARGE, 10_000, 0);
    assertEquals(16, budget.sequences());
    assertEquals(10_000, budget.contextLength());
    assertTrue(budget.slots() >= 2 * 16 + 9);
    assertTrue(budget.blocks() * 32 >= 16 * 10_000);
  }

  @Test
  void littleMemoryTakesFewerAndStaysWithinIt() {
    long bytes = 4096 * MIB;
    StateBudget budget =
        StateBudget.of(EngineOptions.DEFAULT.withStateBytes(bytes), LARGE, 262_144, 0);
    assertTrue(budget.sequences() >= 1 && budget.sequences() < 16);
    assertTrue(budget.contextLength() < 262_144);
    assertTrue(budget.slots() * LARGE.slotBytes() + budget.blocks() * LARGE.blockBytes() <= bytes);
  }

  @Test
  void tooLittleMemoryIsRefused() {
    EngineOptions options = EngineOptions.DEFAULT.withMaxSequences(16).withStateBytes(1024 * MIB);
    EngineException e =
        assertThrows(EngineException.class, () -> StateBudget.of(options, LARGE, 1000, 0));
    assertTrue(String.valueOf(e.getMessage()).contains("16 outputs"), e.getMessage());
  }

  @Test
  void aModelWithoutSlotsIsBoundByItsBlocksAlone() {
    EngineOptions options = EngineOptions.DEFAULT.withStateBytes(100 * MIB);
    StateBudget budget = StateBudget.of(options, WITHOUT_SLOTS, 1_000_000, 0);
    assertEquals(16, budget.sequences());
    assertTrue(budget.blocks() * WITHOUT_SLOTS.blockBytes() <= 100 * MIB);
  }

  @Test
  void theContextIsAsAskedAndNeverMoreThanTheModels() {
    EngineOptions options = EngineOptions.DEFAULT.withStateBytes(1L << 40);
    assertEquals(
        500, StateBudget.of(options.withContextLength(500), LARGE, 10_000, 0).contextLength());
    assertEquals(
        10_000,
        StateBudget.of(options.withContextLength(50_000), LARGE, 10_000, 0).contextLength());
  }

  @Test
  void aQuarterOfWhatIsThereIsTakenWhereNothingIsSaid() {
    StateBudget budget = StateBudget.of(EngineOptions.DEFAULT, LARGE, 262_144, 16_384 * MIB);
    long bytes = budget.slots() * LARGE.slotBytes() + budget.blocks() * LARGE.blockBytes();
    assertTrue(bytes <= 4096 * MIB && bytes > 3500 * MIB, "bytes " + bytes);
  }

  @Test
  void anOutputComesBeforeDraftsWhereMemoryIsScarce() {
    EngineOptions options = EngineOptions.DEFAULT.withMaxSequences(1).withStateBytes(500 * MIB);
    StateBudget budget = StateBudget.of(options, LARGE, 10_000, 0);
    assertEquals(1, budget.sequences());
    assertTrue(budget.slots() >= 2 && budget.contextLength() > 32, budget.toString());
    assertTrue(
        budget.slots() * LARGE.slotBytes() + budget.blocks() * LARGE.blockBytes() <= 500 * MIB);
  }
}
