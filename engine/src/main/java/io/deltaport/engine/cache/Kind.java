package io.deltaport.engine.cache;

/** Why a place is worth a saved state. */
public enum Kind {
  /** Two prompts part here; a third may too. */
  JUNCTION,
  /** End of the system message and the tools, which many conversations share. */
  SYSTEM,
  /** Before the header of the answer: up to here at least the next turn agrees. */
  HEADER,
  /** End of an output, for a next turn that sends it back unchanged. */
  OUTPUT,
  /** One of a few in a long prompt, for turns that are edited or given up. */
  SPINE;

  /** Whether such a place must be used once before it is kept at the cost of others. */
  boolean startsOnProbation() {
    return switch (this) {
      case JUNCTION, SYSTEM -> false;
      case HEADER, OUTPUT, SPINE -> true;
    };
  }
}
