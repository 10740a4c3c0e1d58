package io.deltaport.cli;

import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.checkpoint.CheckpointDirectory;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport template}. */
@Command(
    name = "template",
    sortOptions = false,
    description = {
      "Renders a conversation with a model's chat template, as transformers' apply_chat_template does, and prints the"
          + " text and nothing else.",
      "",
      "The request is JSON of the OpenAI shape: messages, tools, documents, add_generation_prompt,"
          + " chat_template_kwargs."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport template fixtures/kjv-tiny request.json",
      "  echo '{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}' | deltaport template chat.jinja -"
    })
final class TemplateCommand extends DeltaportCommand {
  @Parameters(index = "0", paramLabel = "MODEL_OR_FILE", description = "A model, or a .jinja file.")
  private String model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REQUEST",
      defaultValue = TextSource.STANDARD_INPUT,
      description = "A JSON file, - for standard input (default: ${DEFAULT-VALUE}).")
  private String request;

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description =
          "The time that the template sees, such as 2025-01-15T12:00 or 2025-01-15T12:00+01:00 (default: now).")
  private Optional<String> now = Optional.empty();

  @Override
  public Integer call() {
    ChatTemplates templates = ChatTemplates.load(path());
    ChatRequest read = ChatRequest.parse(TextSource.read(request));
    ChatRequest timed = now.map(TemplateCommand::clock).map(read::withClock).orElse(read);
    out().print(templates.render(timed));
    Written.check(out());
    return ExitCode.DONE;
  }

  private Path path() {
    Path file = Path.of(model);
    return Files.isRegularFile(file) ? file : checked(Checkpoint.resolve(model));
  }

  /** Refuses a directory whose template files would be read from outside of it. */
  private static Path checked(Path path) {
    CheckpointDirectory directory = CheckpointDirectory.of(path);
    Stream.concat(ChatTemplates.FILES.stream(), directory.templates().stream())
        .forEach(directory::optional);
    return path;
  }

  private static Clock clock(String time) {
    try {
      TemporalAccessor parsed =
          DateTimeFormatter.ofPattern("yyyy-MM-dd['T'HH:mm[:ss][XXX]]")
              .parseBest(time, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
      ZonedDateTime zoned = zoned(parsed);
      return Clock.fixed(zoned.toInstant(), zoned.getZone());
    } catch (DateTimeException e) {
      throw new CommandException("--now: expected a time such as 2025-01-15T12:00, found " + time);
    }
  }

  private static ZonedDateTime zoned(TemporalAccessor time) {
    if (time instanceof ZonedDateTime zoned) {
      return zoned;
    }
    return time instanceof LocalDateTime local
        ? local.atZone(ZoneId.systemDefault())
        : LocalDate.from(time).atStartOfDay(ZoneId.systemDefault());
  }
}
