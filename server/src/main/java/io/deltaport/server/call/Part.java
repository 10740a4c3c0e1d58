package io.deltaport.server.call;

/** A stretch of an output that is all of one kind. */
public sealed interface Part {
  /** What was thought before the answer. */
  record Thought(StringBuilder text) implements Part {}

  /** What the reader is meant to see. */
  record Said(StringBuilder text) implements Part {}

  /** A call of a tool; its arguments are a JSON object once it is whole. */
  record Called(String id, String name, StringBuilder arguments) implements Part {}
}
