package io.deltaport.server.options;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names and addresses of this machine that no other machine reaches. No name is looked up. */
public final class Loopback {
  private static final Pattern IPV4 = Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  private Loopback() {}

  /** Whether a host, as one gives it to listen at or as a URL has it, is loopback. */
  public static boolean isAddress(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("::1")
        || name.equals("[::1]")
        || IPV4.matcher(name).matches();
  }

  /** Whether a {@code Host} header, perhaps with a port, names loopback. */
  public static boolean isHostHeader(String header) {
    int colon = header.lastIndexOf(':');
    boolean hasPort = colon > header.lastIndexOf(']');
    return isAddress(hasPort ? header.substring(0, colon) : header);
  }
}
