package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** What does something: prints, sets, repeats. */
public sealed interface Statement
    permits Data,
        Print,
        If,
        For,
        Assign,
        AssignBlock,
        Macro,
        CallBlock,
        FilterBlock,
        With,
        Generation,
        Jump,
        Foreign {

  /** How it goes on. */
  enum Flow {
    /** With the next statement. */
    NEXT,
    /** With the next turn of the loop. */
    CONTINUE,
    /** Behind the loop. */
    BREAK
  }

  /** Does it in this scope. */
  Flow execute(Scope scope, Output out, Run run);
}
