package io.deltaport.cli;

import io.deltaport.engine.Engine;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.server.DeltaportServer;
import io.deltaport.server.model.EngineService;
import io.deltaport.server.options.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport serve}. */
@Command(
    name = "serve",
    sortOptions = false,
    description = {
      "Serves a model over HTTP: the APIs of OpenAI (chat completions, completions, responses), of Anthropic (messages)"
          + " and of Ollama, and a page to talk with it.",
      "",
      "When it is ready, one line on standard output says where: listening on http://HOST:PORT. Requests are logged"
          + " to standard error, without texts and keys. Ctrl-C or SIGTERM lets running requests end, then exits with 0."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport serve fixtures/chat-tiny",
      "  deltaport serve qwen --port 8000 --alias qwen --alias '*'",
      "  DELTAPORT_API_KEY=secret deltaport serve qwen --host 0.0.0.0"
    })
final class ServeCommand extends DeltaportCommand {
  @Mixin private RunOptions run;
  @Mixin private EngineFlags engine;
  @Mixin private ServerFlags server;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model.")
  private String model;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "How long running requests may go on after Ctrl-C or SIGTERM (default: 30s).")
  private Duration drain = Duration.ofSeconds(30);

  @Override
  public Integer call() {
    Path directory = Checkpoint.resolve(model);
    ServerOptions options = server.over(ServerOptions.DEFAULT.withLog(this::log), names(directory));
    try (DeltaportServer listening = DeltaportServer.listen(options);
        StageProgress progress = new StageProgress();
        Engine open = Engine.open(directory, engine.over(run), progress)) {
      TerminationSignal end = TerminationSignal.await();
      EngineService service = new EngineService(open);
      listening.serve(service);
      out().println("listening on " + listening.url());
      Written.check(out());
      end.join();
      log("shutting down");
      listening.drain(service, drain);
      return ExitCode.DONE;
    }
  }

  private void log(String line) {
    err().println(line);
  }

  /** The aliases, then what the model is called. */
  private List<String> names(Path directory) {
    List<String> names = new ArrayList<>(server.aliases());
    Path given = Path.of(model);
    Path name = directory.toAbsolutePath().normalize().getFileName();
    names.add(given.toFile().isDirectory() && name != null ? name.toString() : model);
    return names;
  }
}
