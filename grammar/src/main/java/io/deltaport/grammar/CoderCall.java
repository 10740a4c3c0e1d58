package io.deltaport.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A call as tags, a parameter an argument. */
final class CoderCall {
  private static final Pattern KEY = Pattern.compile("[^<>\\p{Cntrl}]{1,256}");
  private static final String CLOSE = LarkText.literal("\n" + CoderValue.CLOSING_LINE);

  private final String rule;
  private final Tool tool;
  private final StringBuilder rules = new StringBuilder();

  private CoderCall(String rule, Tool tool) {
    this.rule = rule;
    this.tool = tool;
  }

  /** The rules of a tool, the first one under the name {@code rule}. */
  static String rules(String rule, Tool tool) {
    CoderCall call = new CoderCall(rule, tool);
    String parameters =
        switch (tool.arguments()) {
          case BY_SCHEMA -> call.parameters(tool.schema());
          case ANY -> call.anyParameters();
        };
    String head = LarkText.literal("<function=" + tool.name() + ">\n");
    return "%s: %s %s \"</function>\"\n%s".formatted(rule, head, parameters, call.rules);
  }

  private String anyParameters() {
    String text = rule + "_any";
    addText(text, CoderValue.ANY_TEXT);
    return "(\"<parameter=\" /[^<>\\x00-\\x1F]{1,256}/ \">\\n\" " + text + ")*";
  }

  /** Each property, in the order of the schema; all rules that they need are added. */
  private String parameters(ObjectNode schema) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    StringBuilder parameters = new StringBuilder();
    int number = 0;
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String parameter = rule + "_" + number++;
      addParameter(parameter, property.getKey(), CoderValue.of(property.getValue(), schema));
      parameters.append(parameter).append(required.remove(property.getKey()) ? " " : "? ");
    }
    if (!required.isEmpty()) {
      throw refused("required", "names of properties", String.valueOf(required));
    }
    return parameters.toString();
  }

  private void addParameter(String parameter, String key, CoderValue value) {
    if (!KEY.matcher(key).matches()) {
      throw refused("properties", "names without tags and line breaks", LarkText.literal(key));
    }
    String body = parameter + "_value";
    switch (value.kind()) {
      case TEXT -> addText(body, value.textTerminal());
      case CHOICE -> {
        String terminal = body.toUpperCase(Locale.ROOT);
        addRule(terminal, LarkText.oneOf(value.choices()));
        addRule(body, terminal + " " + CLOSE + " \"\\n\"");
      }
      case JSON -> {
        addRule(body + "_json", "%json " + value.jsonSchema());
        addRule(body, body + "_json " + CLOSE + " \"\\n\"");
      }
    }
    addRule(parameter, LarkText.literal("<parameter=" + key + ">\n") + " " + body);
  }

  /** A rule for text and the closing tag: one terminal, so that the text ends at no other place. */
  private void addText(String name, String text) {
    String terminal = name.toUpperCase(Locale.ROOT);
    addRule(terminal, "(" + text + ") " + CLOSE);
    addRule(name, terminal + " \"\\n\"");
  }

  private void addRule(String name, String body) {
    rules.append(name).append(": ").append(body).append('\n');
  }

  private GrammarException refused(String key, String expected, String found) {
    return new GrammarException(
        "the parameters of tool %s: %s: expected %s, found %s"
            .formatted(tool.name(), key, expected, found));
  }
}
