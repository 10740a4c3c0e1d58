package io.deltaport.cli;

import io.deltaport.engine.Conversation;
import io.deltaport.engine.Engine;
import io.deltaport.engine.TextModel;
import io.deltaport.engine.beam.BeamSearch;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Usage;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport generate}. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Continues a text and prints the continuation, and nothing else, as it comes.",
      "",
      "Picks tokens as the model's generation_config.json says (where it says nothing: always the best token); the"
          + " options below change that. Computes in fast mode where --compute does not say otherwise."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport generate fixtures/kjv-tiny \"In the beginning\" --max-new-tokens 40",
      "  deltaport generate qwen - --temperature 0.7 --top-p 0.8 --seed 1 < prompt.txt",
      "  deltaport generate qwen \"Q: 2+2? A:\" --stop \"Q:\" --logprobs 5 --json",
      "  deltaport generate qwen --chat --system \"You are a scribe.\""
    })
final class GenerateCommand extends JsonCommand {
  @Mixin private RunOptions run;
  @Mixin private SamplingOptions sampling;
  @Mixin private ChatOptions chat;
  @Mixin private SpeculationOptions speculation;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model.")
  private String model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PROMPT",
      description =
          "The text to continue, - for standard input, less one newline at its end (default: -).")
  private Optional<String> prompt = Optional.empty();

  @Option(
      names = "--logprobs",
      paramLabel = "N",
      description =
          "Print each token on a line: its log-probability, itself, and the N best tokens in its place.")
  private int logProbs;

  @Override
  public Integer call() {
    if (chat.wantsConversation() && (wantsJson() || logProbs > 0)) {
      throw new CommandException("--chat goes with neither --json nor --logprobs");
    }
    try (TextModel text = run.openText(model, ModelOptions.DEFAULT)) {
      GenerationOptions options =
          sampling.over(GenerationDefaults.of(text.model())).withLogProbs(logProbs);
      if (options.beams() > 1) {
        searchBeams(text, options);
      } else {
        generate(text, options);
      }
      return ExitCode.DONE;
    }
  }

  private void searchBeams(TextModel text, GenerationOptions options) {
    if (chat.wantsTemplate()) {
      throw new CommandException("a chat goes without beam search: give --num-beams 1");
    }
    TokenPrinter printer = printer(text.tokenizer(), options);
    BeamSearch search = new BeamSearch(text.model(), text.tokenizer(), options, cancellation());
    Answer answer = search.answer(text.tokenizer().encode(promptText()));
    printer.on(new Event.Text(0, answer.choice().text()));
    printer.finish(answer);
  }

  private void generate(TextModel text, GenerationOptions options) {
    EngineOptions one = speculation.over(EngineOptions.DEFAULT.withMaxSequences(1));
    try (Engine engine = Engine.over(text.model(), text.tokenizer(), one)) {
      if (chat.wantsTemplate()) {
        converse(chat.begin(engine), engine, options);
      } else {
        continueText(engine, options);
      }
    }
  }

  private void continueText(Engine engine, GenerationOptions options) {
    TokenPrinter printer = printer(engine.tokenizer(), options);
    Answer.Collector collector = new Answer.Collector();
    Handle handle =
        engine.submit(
            Request.text(options, promptText()),
            event -> {
              collector.on(event);
              printer.on(event);
            });
    cancellation().whenCancelled(handle::cancel);
    Usage usage = handle.await();
    cancellation().check();
    printer.finish(collector.answer(usage));
  }

  private void converse(Conversation conversation, Engine engine, GenerationOptions options) {
    if (chat.wantsConversation()) {
      new ChatLoop(conversation, options, out(), err()).run(prompt, cancellation());
      return;
    }
    if (prompt.isPresent() || !chat.hasMessages()) {
      conversation.add("user", promptText());
    }
    TokenPrinter printer = printer(engine.tokenizer(), options);
    printer.finish(conversation.reply(options, printer, cancellation()));
  }

  private TokenPrinter printer(Tokenizer tokenizer, GenerationOptions options) {
    if (wantsJson()) {
      return new JsonTokens(out(), tokenizer, options, chat.wantsTemplate());
    }
    return logProbs > 0 ? new TokenLines(out(), tokenizer) : new TokenText(out());
  }

  private String promptText() {
    if (prompt.isPresent() && !prompt.get().equals(TextSource.STANDARD_INPUT)) {
      return prompt.get();
    }
    String text = TextSource.read(TextSource.STANDARD_INPUT);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
