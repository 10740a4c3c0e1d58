package io.deltaport.runtime;

import org.jspecify.annotations.Nullable;

/** Tokens of one sequence in a run, and what is wanted of them. */
interface Request {
  int tokens();

  int id(int index);

  /** Null = the last, where the graph has logits. */
  @Nullable RowSelection logits();

  RowSelection hidden();

  int topK();
}
