package io.deltaport.engine.request;

/** Why an output ended. */
public enum StopReason {
  /** A stop token came, such as {@code <|im_end|>}. */
  STOP_TOKEN,
  /** A stop string came. */
  STOP_STRING,
  /** It has as many tokens as asked for, or as the context takes. */
  LENGTH,
  /** A tool call is whole, where one is enough. */
  TOOL_CALL,
  /** It was cancelled. */
  CANCELLED
}
