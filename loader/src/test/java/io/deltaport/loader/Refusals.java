package io.deltaport.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What every error must be: one line that says enough. */
public final class Refusals {
  private Refusals() {}

  /** The message of the refusal that a call ends in, which must have these parts. */
  public static String assertRefused(Executable call, String... parts) {
    String message = assertThrows(CheckpointException.class, call).getMessage();
    assertEquals(1, message.lines().count(), message);
    for (String part : parts) {
      assertTrue(message.contains(part), part + " is not in: " + message);
    }
    return message;
  }
}
