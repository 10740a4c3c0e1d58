package io.deltaport.server.call;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names of answers, which nobody can guess. */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 12;

  private Ids() {}

  /** A new name that begins so. */
  public static String next(String prefix) {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }
}
