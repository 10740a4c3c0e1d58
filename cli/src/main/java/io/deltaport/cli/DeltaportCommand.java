package io.deltaport.cli;

import io.deltaport.runtime.Cancellation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all commands have. */
abstract class DeltaportCommand implements Callable<Integer> {
  @ParentCommand private Deltaport root;
  @Spec private CommandSpec spec;

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  Cancellation cancellation() {
    return root.cancellation();
  }
}
