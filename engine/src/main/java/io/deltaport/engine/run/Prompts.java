package io.deltaport.engine.run;

import io.deltaport.engine.chat.ChatPrompts;
import io.deltaport.engine.constrain.Constraints;
import io.deltaport.engine.constrain.Demand;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Task;
import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.options.RunException;
import io.deltaport.template.options.TemplateException;
import io.deltaport.tokenizer.Tokenizer;
import io.deltaport.tokenizer.TokenizerException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From requests to token ids: templates are rendered and texts encoded, on the caller's thread.
 * Thread-safe.
 */
final class Prompts {
  private static final int[] NO_SAVE_POINTS = {};

  private final Tokenizer tokenizer;
  private final Optional<ChatPrompts> chats;
  private final Constraints constraints;
  private final int vocabulary;
  private final int contextLength;
  private final HeadType head;

  Prompts(
      Tokenizer tokenizer,
      Optional<ChatPrompts> chats,
      Constraints constraints,
      int vocabulary,
      int contextLength,
      HeadType head) {
    this.tokenizer = tokenizer;
    this.chats = chats;
    this.constraints = constraints;
    this.vocabulary = vocabulary;
    this.contextLength = contextLength;
    this.head = head;
  }

  /**
   * A request as the model reads it.
   *
   * @throws EngineException if it is wrong or too long
   */
  Encoded encode(Request request) {
    checkTask(request);
    Encoded encoded = encodePrompt(request);
    checkIds(encoded.ids());
    checkLength(request, encoded.ids().length);
    return encoded;
  }

  private Encoded encodePrompt(Request request) {
    try {
      if (request.prompt() instanceof Prompt.Tokens tokens) {
        return text(request, tokens.ids());
      }
      if (request.prompt() instanceof Prompt.Text text) {
        return text(request, tokenizer.encode(text.text()));
      }
      return encode((Prompt.Chat) request.prompt(), request);
    } catch (TemplateException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    } catch (TokenizerException | RunException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
  }

  private Encoded text(Request request, int... ids) {
    Demand demand = constraints.compile(request.constraint(), Constraints.Tools.NONE, false);
    return new Encoded(ids, NO_SAVE_POINTS, null, demand);
  }

  private Encoded encode(Prompt.Chat chat, Request request) {
    ChatPrompts prompts =
        chats.orElseThrow(
            () -> new EngineException(Reason.UNSUPPORTED, "this model has no chat template"));
    ChatPrompts.Rendered rendered = prompts.render(chat, request.toolChoice());
    Constraints.Tools tools =
        new Constraints.Tools(
            request.toolChoice(),
            rendered.tools(),
            prompts.format(chat),
            request.parallelToolCalls());
    boolean reasons = prompts.parser(chat, rendered, 0).isReasoning();
    return new Encoded(
        rendered.ids(),
        rendered.savePoints(),
        choice -> prompts.parser(chat, rendered, choice),
        constraints.compile(request.constraint(), tools, reasons));
  }

  private void checkTask(Request request) {
    HeadType needed =
        request.task() instanceof Task.Classify
            ? HeadType.SEQUENCE_CLASSIFICATION
            : HeadType.CAUSAL_LM;
    if (head != needed) {
      throw new EngineException(
          Reason.UNSUPPORTED,
          "this task needs a model with head %s, its is %s".formatted(needed, head));
    }
    GenerationOptions options = request.options();
    if (options.beams() > 1) {
      throw new EngineException(
          Reason.UNSUPPORTED, "beam search is not served: ask for 1 beam, or run BeamSearch");
    }
  }

  private void checkIds(int... ids) {
    if (ids.length == 0) {
      throw wrong("the prompt has no token", null);
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw wrong(
            "token %d of the prompt is %d, ids are 0 to %d".formatted(i, ids[i], vocabulary - 1),
            null);
      }
    }
  }

  private void checkLength(Request request, int tokens) {
    if (request.task() instanceof Task.Score score && score.from() >= tokens) {
      throw wrong(
          "score: from token %d of a prompt of %d tokens".formatted(score.from(), tokens), null);
    }
    int most = request.task() instanceof Task.Generate ? contextLength - 1 : contextLength;
    if (tokens > most) {
      // OpenAI's sentence: agents that read it shorten the conversation and go on.
      throw new EngineException(
          Reason.CONTEXT_LENGTH,
          "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the prompt, at least %d in the completion). Please reduce the length of the prompt."
              .formatted(
                  contextLength, tokens + contextLength - most, tokens, contextLength - most));
    }
  }

  private static EngineException wrong(String message, @Nullable Throwable cause) {
    return new EngineException(Reason.REQUEST, message, cause);
  }
}
