package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ModelSize;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.engine.TextModel;
import io.deltaport.evaluate.quality.Divergence;
import io.deltaport.evaluate.quality.Perplexity;
import io.deltaport.evaluate.quality.Quality;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Compute;
import io.deltaport.runtime.options.KvCache;
import io.deltaport.runtime.options.ModelOptions;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport perplexity}. */
@Command(
    name = "perplexity",
    sortOptions = false,
    description = {
      "Measures how well a model predicts a text, and how far it is from another model.",
      "",
      "The text is read in windows of 512 tokens without overlap; the first token of each is context only. Computes"
          + " in exact mode where --compute does not say otherwise."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport perplexity fixtures/kjv-tiny fixtures/kjv-tiny/heldout.txt",
      "  deltaport perplexity --compute fast qwen-int8 text.txt --against qwen --json"
    })
final class PerplexityCommand extends JsonCommand {
  @Mixin private RunOptions run;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model to measure.")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "TEXT",
      description = "A file of UTF-8 text, or - for standard input.")
  private String text;

  @Option(
      names = "--against",
      paramLabel = "OTHER",
      description =
          "A model to compare with, run in exact mode: prints mean and 99.9th percentile of KL(OTHER || MODEL) in"
              + " nats, and how often both have the same best token.")
  private Optional<String> against = Optional.empty();

  @Override
  public Integer call() {
    try (TextModel opened = run.openText(model, ModelOptions.EXACT)) {
      Model open = opened.model();
      Quality quality = measure(open, opened.tokenizer().encode(TextSource.read(text)));
      double bits = ModelSize.of(ModelDirectory.open(open.directory())).bitsPerWeight();
      if (wantsJson()) {
        Json.print(out(), json(quality, bits));
      } else {
        print(out(), quality, bits);
      }
      return ExitCode.DONE;
    }
  }

  private Quality measure(Model open, int... ids) {
    try (ProgressLine progress = ProgressLine.of("perplexity", "tokens", 1, ids.length)) {
      Perplexity perplexity = new Perplexity(open, progress::add, cancellation());
      if (against.isEmpty()) {
        return perplexity.measure(ids);
      }
      ModelOptions exact = run.over(ModelOptions.EXACT).with(Compute.EXACT).with(KvCache.AUTO);
      try (Model other = Model.open(Checkpoint.resolve(against.get()), exact)) {
        return perplexity.measureAgainst(other, ids);
      }
    }
  }

  private static ObjectNode json(Quality quality, double bits) {
    Optional<Divergence> divergence = quality.divergence();
    ObjectNode object = Json.object();
    Json.number(object, "perplexity", quality.perplexity());
    object.put("tokens", quality.tokens());
    object.put("scored", quality.scored());
    Json.number(object, "kl_mean", divergence.map(Divergence::klMean).orElse(Double.NaN));
    Json.number(object, "kl_p999", divergence.map(Divergence::klP999).orElse(Double.NaN));
    Json.number(
        object, "top1_agreement", divergence.map(Divergence::top1Agreement).orElse(Double.NaN));
    object.put("bits_per_weight", bits);
    return object;
  }

  private static void print(PrintWriter out, Quality quality, double bits) {
    out.printf("perplexity       %.4f%n", quality.perplexity());
    out.printf("scored           %d of %d tokens%n", quality.scored(), quality.tokens());
    out.printf("bits a weight    %.3f%n", bits);
    quality.divergence().ifPresent(divergence -> print(out, divergence));
  }

  private static void print(PrintWriter out, Divergence divergence) {
    out.printf("KL mean          %.3e nats%n", divergence.klMean());
    out.printf("KL 99.9 %%        %.3e nats%n", divergence.klP999());
    out.printf("same best token  %.2f %%%n", 100 * divergence.top1Agreement());
  }
}
