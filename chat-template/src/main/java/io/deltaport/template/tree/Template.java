package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** The root of the tree. */
public record Template(Frame frame, Block body) {

  /** The text that it renders in the scope of these variables. */
  public String render(Scope variables, Run run) {
    Output out = new Output(run);
    body.execute(frame.open(variables), out, run);
    return out.text();
  }
}
