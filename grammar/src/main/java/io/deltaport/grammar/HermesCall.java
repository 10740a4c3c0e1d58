package io.deltaport.grammar;

/** A call as a JSON object. */
final class HermesCall {
  private HermesCall() {}

  /** The rules of a tool, the first one under the name {@code rule}. */
  static String rules(String rule, Tool tool) {
    String head = "{\"name\": " + LarkText.literal(tool.name()) + ", \"arguments\": ";
    String arguments = rule + "_arguments";
    return "%s: %s %s \"}\"\n".formatted(rule, LarkText.literal(head), arguments)
        + "%s: %%json %s\n".formatted(arguments, arguments(tool));
  }

  private static String arguments(Tool tool) {
    return switch (tool.arguments()) {
      case BY_SCHEMA -> SchemaText.bounded(tool.schema()).toString();
      case ANY -> SchemaText.anyObject().toString();
    };
  }
}
