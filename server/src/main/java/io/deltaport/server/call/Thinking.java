package io.deltaport.server.call;

import java.util.LinkedHashMap;
import java.util.Map;

/** Tells the template how much the model is to think. */
public final class Thinking {
  private Thinking() {}

  /** The variables of a level, such as {@code none} or {@code high}. */
  public static Map<String, Object> effort(String level) {
    Map<String, Object> variables = new LinkedHashMap<>(enabled(!level.equals("none")));
    variables.put("reasoning_effort", level);
    return variables;
  }

  /** The variable of thinking at all. */
  public static Map<String, Object> enabled(boolean enabled) {
    return Map.of("enable_thinking", enabled);
  }
}
