package io.deltaport.directory.graph;

import io.deltaport.directory.graph.Formal.Presence;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A formal attribute of an op. */
public record AttributeFormal(String name, AttributeType type, Presence presence) {

  /**
   * Attributes from their names and types, separated by blanks: {@code block:ints} is required,
   * {@code in:int?} optional.
   */
  static List<AttributeFormal> list(String table) {
    return Arrays.stream(table.split(" ", -1))
        .filter(token -> !token.isEmpty())
        .map(AttributeFormal::of)
        .toList();
  }

  private static AttributeFormal of(String token) {
    int colon = token.indexOf(':');
    String type = token.substring(colon + 1).replace("?", "");
    return new AttributeFormal(
        token.substring(0, colon),
        AttributeType.valueOf(type.toUpperCase(Locale.ROOT)),
        Formal.presence(token));
  }

  /** Whether a node must have it. */
  public boolean required() {
    return presence == Presence.REQUIRED;
  }

  /** {@code name:type}, or {@code name:type?} where it is optional. */
  @Override
  public String toString() {
    return name + ":" + type.name().toLowerCase(Locale.ROOT) + (required() ? "" : "?");
  }
}
