package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.server.call.Ids;
import io.deltaport.server.call.Output;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Sse;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.call.VisibleTokens;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import io.deltaport.tokenizer.Tokenizer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A text completion, whole or piece by piece: both are {@code text_completion}. */
final class CompletionReply implements Reply {
  private final String id = Ids.next("cmpl-");
  private final long created = Instant.now().getEpochSecond();
  private final String model;
  private final Tokenizer tokenizer;
  private final OptionalInt best;
  private final EchoedPrompts echoed;
  private final int outputs;
  private final boolean wantsUsage;
  private final Map<Integer, VisibleTokens> tokens = new HashMap<>();
  private final Map<Integer, Integer> offsets = new HashMap<>();

  /**
   * A reply.
   *
   * @param best how many best tokens to tell beside each, where log-probabilities are wanted
   * @param outputs outputs of each prompt
   * @param echoed the prompts that are part of the answer
   */
  CompletionReply(
      String model,
      Tokenizer tokenizer,
      OptionalInt best,
      int outputs,
      EchoedPrompts echoed,
      boolean wantsUsage) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.best = best;
    this.outputs = outputs;
    this.echoed = echoed;
    this.wantsUsage = wantsUsage;
  }

  @Override
  public String piece(int request, Event event) {
    if (event instanceof Event.Token token) {
      tokens(token.choice()).add(token);
    } else if (event instanceof Event.Text text) {
      return chunk(text.choice(), text.text(), tokens(text.choice()).shown(), Optional.empty());
    } else if (event instanceof Event.ChoiceFinished end) {
      List<Event.Token> cut = tokens(end.choice()).finished(end.reason());
      return chunk(end.choice(), "", cut, Optional.of(finish(end.reason())));
    } else if (event instanceof Event.Finished finished && wantsUsage) {
      ObjectNode chunk = head();
      chunk.putArray("choices");
      return Sse.data(chunk.set("usage", OpenAiUsage.of(echoed.counted(finished.usage()))));
    }
    return "";
  }

  @Override
  public String last() {
    return "data: [DONE]\n\n";
  }

  @Override
  public String failure(ApiException failure) {
    return Sse.data(new OpenAiErrors().of(failure));
  }

  @Override
  public String ping() {
    return Sse.COMMENT;
  }

  @Override
  public String contentType() {
    return Sse.CONTENT_TYPE;
  }

  @Override
  public ObjectNode whole(Transcript transcript) {
    ObjectNode whole = head();
    ArrayNode choices = whole.putArray("choices");
    if (echoed.isAlone()) {
      for (int i = 0; i < echoed.count() * outputs; i++) {
        ObjectNode choice = choice(choices.size(), choices, echoed.text(tokenizer, i / outputs));
        choice.set("logprobs", scores(transcript, i, List.of()));
        choice.put("finish_reason", "length");
      }
    } else {
      for (Output output : transcript.outputs()) {
        int place = choices.size();
        ObjectNode choice =
            choice(
                choices.size(), choices, echoed.text(tokenizer, place / outputs) + output.text());
        choice.set("logprobs", scores(transcript, place, output.tokens()));
        choice.put("finish_reason", finish(output.reason()));
      }
    }
    return whole.set("usage", OpenAiUsage.of(echoed.counted(transcript.usage())));
  }

  /** The scores of a choice: those of the prompt where it is echoed, then those of the output. */
  private @Nullable ObjectNode scores(Transcript transcript, int choice, List<Event.Token> output) {
    if (best.isEmpty()) {
      return null;
    }
    TextScores scores = new TextScores(tokenizer, best.getAsInt(), 0);
    echoed.score(transcript, choice / outputs, scores);
    output.forEach(token -> scores.add(token.id(), token.score(), token.best()));
    return scores.node();
  }

  private String chunk(
      int index, String text, List<Event.Token> shown, Optional<String> finishReason) {
    String whole =
        offsets.containsKey(index) ? text : echoed.text(tokenizer, index / outputs) + text;
    int offset = offsets.getOrDefault(index, 0);
    ObjectNode chunk = head();
    ObjectNode choice = choice(index, chunk.putArray("choices"), whole);
    choice.putNull("logprobs");
    if (best.isPresent() && !shown.isEmpty()) {
      TextScores scores = new TextScores(tokenizer, best.getAsInt(), offset);
      shown.forEach(token -> scores.add(token.id(), token.score(), token.best()));
      choice.set("logprobs", scores.node());
    }
    choice.put("finish_reason", finishReason.orElse(null));
    offsets.put(index, offset + whole.length());
    return Sse.data(chunk);
  }

  private static ObjectNode choice(int index, ArrayNode choices, String text) {
    return choices.addObject().put("index", index).put("text", text);
  }

  private ObjectNode head() {
    return Json.object()
        .put("id", id)
        .put("object", "text_completion")
        .put("created", created)
        .put("model", model);
  }

  private VisibleTokens tokens(int choice) {
    return tokens.computeIfAbsent(choice, place -> new VisibleTokens());
  }

  private static String finish(StopReason reason) {
    return reason == StopReason.LENGTH ? "length" : "stop";
  }
}
