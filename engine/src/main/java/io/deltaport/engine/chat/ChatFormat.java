package io.deltaport.engine.chat;

/** How a model writes tool calls between {@code <tool_call>} and {@code </tool_call>}. */
public enum ChatFormat {
  /** {@code {"name": …, "arguments": {…}}}, as Hermes and Qwen3-Next-Instruct do. */
  JSON,
  /** {@code <function=…><parameter=…>…}, as Qwen3-Coder and Qwen3.5 do. */
  XML;

  /** The one that a chat template writes. */
  public static ChatFormat of(String template) {
    return template.contains(XmlCall.FUNCTION) ? XML : JSON;
  }
}
