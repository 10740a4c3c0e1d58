package io.deltaport.engine.request;

/** Whether the model may or must call tools; those are the tools of the chat. */
public sealed interface ToolChoice {
  /** As the model likes. */
  record Auto() implements ToolChoice {}

  /** No call: the template is rendered without tools. */
  record None() implements ToolChoice {}

  /** At least one call, of any tool. */
  record Required() implements ToolChoice {}

  /** A call of this tool. */
  record Named(String name) implements ToolChoice {}

  ToolChoice AUTO = new Auto();
  ToolChoice NONE = new None();
  ToolChoice REQUIRED = new Required();
}
