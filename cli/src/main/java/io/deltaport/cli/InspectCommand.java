package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.checkpoint.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = {
      "Shows what a checkpoint or model directory holds: architecture, dims, parameters, memory, defaults used.",
      "",
      "Reads headers only."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport inspect fixtures/kjv-tiny",
      "  deltaport inspect Qwen/Qwen3-Next-80B-A3B-Instruct --tensors",
      "  deltaport inspect qwen --json"
    })
final class InspectCommand extends JsonCommand {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A checkpoint, a model directory or a model id.")
  private String model;

  @Option(
      names = "--tensors",
      description = "List every tensor too: name, type, shape, file, offset, bytes.")
  private boolean tensors;

  @Override
  public Integer call() {
    Inspection inspection = Inspection.of(Checkpoint.resolve(model));
    if (wantsJson()) {
      ObjectNode object = inspection.json();
      if (tensors) {
        inspection.putTensors(object);
      }
      Json.print(out(), object);
    } else {
      inspection.print(out());
      if (tensors) {
        inspection.printTensors(out());
      }
    }
    return ExitCode.DONE;
  }
}
