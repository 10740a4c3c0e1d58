package io.deltaport.cli;

import io.deltaport.engine.Conversation;
import io.deltaport.engine.Generator;
import io.deltaport.engine.Reply;
import io.deltaport.engine.request.Generation;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
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
    try (TextModel text = TextModel.open(run, model, ModelOptions.DEFAULT)) {
      Model open = text.model();
      Tokenizer tokenizer = text.tokenizer();
      GenerationOptions options = sampling.over(GenerationDefaults.of(open)).withLogProbs(logProbs);
      if (chat.wantsTemplate()) {
        try (Conversation conversation = chat.begin(open, tokenizer)) {
          converse(conversation, options, tokenizer);
        }
      } else {
        continueText(open, options, tokenizer);
      }
      return ExitCode.DONE;
    }
  }

  private void continueText(Model open, GenerationOptions options, Tokenizer tokenizer) {
    try (Sequence sequence = open.newSequence()) {
      int[] ids = tokenizer.encode(promptText());
      TokenPrinter printer = printer(tokenizer, options);
      Generation generation =
          new Generator(open, tokenizer).generate(sequence, options, printer, cancellation(), ids);
      printer.finish(ids.length, generation);
    }
  }

  private void converse(Conversation conversation, GenerationOptions options, Tokenizer tokenizer) {
    if (chat.wantsConversation()) {
      new ChatLoop(conversation, options, out(), err()).run(prompt, cancellation());
      return;
    }
    if (prompt.isPresent() || !chat.hasMessages()) {
      conversation.add("user", promptText());
    }
    TokenPrinter printer = printer(tokenizer, options);
    boolean plain = !wantsJson() && logProbs == 0;
    Reply reply =
        conversation.reply(
            options,
            plain ? token -> {} : printer,
            plain ? new ReplyText(out()) : part -> {},
            cancellation());
    printer.finish(reply);
  }

  private TokenPrinter printer(Tokenizer tokenizer, GenerationOptions options) {
    if (wantsJson()) {
      return new JsonTokens(out(), tokenizer, options);
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
