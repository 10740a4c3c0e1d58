package io.deltaport.engine;

import io.deltaport.engine.chat.ChatMessages;
import io.deltaport.engine.chat.Reasoning;
import io.deltaport.engine.chat.ReplyPart;
import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.SaveState;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.options.RunException;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A chat: its messages, and the model's state of what has been read of them. Each turn is rendered
 * whole by the model's chat template; the tokens that are the same as before are kept, the rest is
 * read from the nearest saved place. Belongs to one thread.
 */
public final class Conversation implements AutoCloseable {
  /** A turn goes back to the last border, seldom further; each costs a slot of state. */
  private static final int MOST_CHECKPOINTS = 4;

  private final Model model;
  private final Tokenizer tokenizer;
  private final ChatTemplates templates;
  private final Generator generator;
  private final Sequence sequence;
  private final @Nullable List<Map<String, Object>> tools;
  private final Map<String, Object> variables;
  private final List<Map<String, Object>> messages = new ArrayList<>();

  /**
   * A conversation without messages.
   *
   * @param tools JSON schemas of tools that the model may call, or null
   * @param variables further variables of the template, such as {@code enable_thinking}
   */
  public Conversation(
      Model model,
      Tokenizer tokenizer,
      ChatTemplates templates,
      @Nullable List<Map<String, Object>> tools,
      Map<String, Object> variables) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.templates = templates;
    this.generator = new Generator(model, tokenizer);
    this.sequence = model.newSequence();
    this.tools = tools;
    this.variables = Map.copyOf(variables);
  }

  /** The messages so far. */
  public List<Map<String, Object>> messages() {
    return List.copyOf(messages);
  }

  /**
   * Adds a message of the OpenAI shape, such as a tool's result; arguments of tool calls may be
   * JSON text.
   *
   * @throws RunException if they are none, or the message holds what is not text
   */
  public void add(Map<String, Object> message) {
    messages.add(ChatMessages.readable(message));
  }

  /** Adds a message of this role. */
  public void add(String role, String content) {
    add(Map.of("role", role, "content", content));
  }

  /**
   * Has the model answer; its answer becomes the next message, its reasoning the message's {@code
   * reasoning_content}, which the template keeps or drops. It ends at the stop tokens of the
   * options and, other than with transformers, at the tokenizer's {@code eos_token}: a fine-tune
   * whose {@code generation_config.json} names only {@code <|endoftext|>} would go on for ever
   * otherwise.
   *
   * @param parts told of the text as it comes
   * @throws io.deltaport.template.options.TemplateException if the template refuses the messages
   * @throws io.deltaport.runtime.options.RunException if the run fails or is cancelled; the
   *     messages stay as they were
   */
  public Reply reply(
      GenerationOptions options,
      Consumer<GeneratedToken> tokens,
      Consumer<ReplyPart> parts,
      Cancellation cancellation) {
    ChatRequest request = request();
    String prompt = templates.render(request.withGenerationPrompt());
    int[] ids = tokenizer.encode(prompt);
    int kept = keep(cancellation, ids);
    int border = Math.max(kept, border(request, ids));
    feed(cancellation, Arrays.copyOfRange(ids, kept, border));
    Reasoning reasoning = new Reasoning(prompt);
    Generation generation =
        generator.generate(
            sequence,
            stoppingAtEndOfTurn(options),
            token -> {
              tokens.accept(token);
              reasoning.add(token.text()).forEach(parts);
            },
            cancellation,
            Arrays.copyOfRange(ids, border, ids.length));
    reasoning.finish().forEach(parts);
    add(message(reasoning));
    return new Reply(generation, reasoning.answer(), reasoning.reasoning(), ids.length, kept);
  }

  @Override
  public void close() {
    sequence.close();
  }

  /** Crops the state to what it shares with the prompt, but for the prompt's last token. */
  private int keep(Cancellation cancellation, int... ids) {
    int[] read = sequence.ids();
    int same = common(read, ids);
    int kept = Math.min(same, ids.length - 1);
    if (kept < read.length) {
      sequence.crop(kept, cancellation);
    }
    return kept;
  }

  /**
   * Where the messages end and the header of the answer begins, which may open the reasoning: the
   * next turn agrees with this one up to here at least.
   */
  private int border(ChatRequest request, int... ids) {
    int[] withoutHeader = tokenizer.encode(templates.render(request));
    return Math.min(common(withoutHeader, ids), ids.length - 1);
  }

  /** Reads tokens and saves the place after them, the last few places only. */
  private void feed(Cancellation cancellation, int... ids) {
    if (ids.length == 0) {
      return;
    }
    int last = Math.min(ids.length, model.options().chunk());
    sequence.append(cancellation, Arrays.copyOf(ids, ids.length - last));
    Step step = Step.of(sequence, Arrays.copyOfRange(ids, ids.length - last, ids.length));
    model
        .run(List.of(step.logits(RowSelection.NONE).save(SaveState.CHECKPOINT)), cancellation)
        .close();
    sequence.dropCheckpoints(MOST_CHECKPOINTS);
  }

  private GenerationOptions stoppingAtEndOfTurn(GenerationOptions options) {
    String token = templates.specialTokens().get("eos_token");
    OptionalInt id = token == null ? OptionalInt.empty() : tokenizer.id(token);
    return id.isPresent() ? options.stoppingAt(id.getAsInt()) : options;
  }

  private ChatRequest request() {
    return new ChatRequest(messages, tools, null, variables, Clock.system(ZoneId.systemDefault()));
  }

  private static Map<String, Object> message(Reasoning reasoning) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "assistant");
    message.put("content", reasoning.answer());
    if (!reasoning.reasoning().isEmpty()) {
      message.put("reasoning_content", reasoning.reasoning());
    }
    return message;
  }

  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
