package io.deltaport.directory.graph;

import java.util.ArrayList;
import java.util.List;

/** A formal input or output of an op. */
public record Formal(String name, Presence presence) {

  /** Whether a node may leave a formal out. */
  public enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /**
   * Formals from their names, separated by blanks: {@code name} is required, {@code name?}
   * optional, and {@code name*64?} stands for {@code name0? … name63?}.
   */
  static List<Formal> list(String table) {
    List<Formal> formals = new ArrayList<>();
    for (String token : table.split(" ", -1)) {
      Presence presence = presence(token);
      String name = token.replace("?", "");
      int star = name.indexOf('*');
      if (star < 0) {
        formals.add(new Formal(name, presence));
        continue;
      }
      int count = Integer.parseInt(name.substring(star + 1));
      for (int i = 0; i < count; i++) {
        formals.add(new Formal(name.substring(0, star) + i, presence));
      }
    }
    return List.copyOf(formals);
  }

  static Presence presence(String token) {
    return token.endsWith("?") ? Presence.OPTIONAL : Presence.REQUIRED;
  }

  /** Whether a node must have it. */
  public boolean required() {
    return presence == Presence.REQUIRED;
  }

  /** {@code name}, or {@code name?} where it is optional. */
  @Override
  public String toString() {
    return required() ? name : name + "?";
  }
}
