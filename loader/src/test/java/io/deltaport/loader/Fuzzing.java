package io.deltaport.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.function.ThrowingSupplier;

/** What holds for every input, however wrong. */
public final class Fuzzing {
  private Fuzzing() {}

  /** Runs a reader: it ends well, or in a refusal of one line; anything else goes through. */
  public static void survives(ThrowingSupplier<?> reader) throws Throwable {
    try {
      reader.get();
    } catch (CheckpointException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }
}
