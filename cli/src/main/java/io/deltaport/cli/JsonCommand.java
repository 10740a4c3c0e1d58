package io.deltaport.cli;

import picocli.CommandLine.Option;

/** A command whose result can be one JSON object. */
abstract class JsonCommand extends DeltaportCommand {
  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  boolean wantsJson() {
    return json;
  }
}
