package io.deltaport.engine.chat;

import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplate;
import io.deltaport.template.ChatTemplates;
import io.deltaport.template.options.TemplateException;
import io.deltaport.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Turns conversations into token ids by a model's template and tokenizer, and says where the next
 * request is likely to part from this one. Safe to share between threads.
 */
public final class ChatPrompts {
  private static final String TOOL_USE = "tool_use";
  private static final String DEFAULT = "default";

  /** No user writes like this; the first letter differs from that of most messages. */
  private static final String SOME_MESSAGE = "\u2042";

  private final ChatTemplates templates;
  private final Tokenizer tokenizer;
  private final Optional<ChatFormat> format;

  /** Calls are written as the template writes them. */
  public ChatPrompts(ChatTemplates templates, Tokenizer tokenizer) {
    this(templates, tokenizer, Optional.empty());
  }

  /** Calls are written in this format, whatever the template says. */
  public ChatPrompts(ChatTemplates templates, Tokenizer tokenizer, ChatFormat format) {
    this(templates, tokenizer, Optional.of(format));
  }

  private ChatPrompts(ChatTemplates templates, Tokenizer tokenizer, Optional<ChatFormat> format) {
    this.templates = templates;
    this.tokenizer = tokenizer;
    this.format = format;
  }

  /**
   * A conversation as tokens.
   *
   * @param ids the prompt
   * @param text the same as text
   * @param savePoints lengths of beginnings that later requests are likely to share, rising, each
   *     less than the whole
   * @param tools that may be called
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Rendered(
      int[] ids, String text, int[] savePoints, List<Map<String, Object>> tools) {}

  /**
   * Renders and encodes a conversation.
   *
   * @throws TemplateException if the template refuses it
   * @throws io.deltaport.runtime.options.RunException if a message is not readable
   * @throws EngineException if the message that is gone on with cannot be
   */
  public Rendered render(Prompt.Chat chat, ToolChoice choice) {
    ChatRequest request = readable(chat.chat(), choice);
    String text =
        chat.continueFinal()
            ? ContinuedMessage.render(templates, request)
            : templates.render(request.withGenerationPrompt());
    int[] ids = tokenizer.encode(text);
    int[] savePoints =
        IntStream.of(endOfSystem(request, ids), endOfMessages(chat, request, ids))
            .filter(point -> point > 0 && point < ids.length)
            .sorted()
            .distinct()
            .toArray();
    List<Map<String, Object>> tools = request.tools();
    return new Rendered(ids, text, savePoints, tools == null ? List.of() : tools);
  }

  /** How calls are written in a conversation. */
  public ChatFormat format(Prompt.Chat chat) {
    return format.orElseGet(() -> ChatFormat.of(template(chat.chat()).source()));
  }

  /** A parser of an output that follows a conversation. */
  public ChatParser parser(Prompt.Chat chat, Rendered rendered, int choice) {
    return new ChatParser(format(chat), tokenizer::id, choice, rendered.text(), rendered.tools());
  }

  private ChatTemplate template(ChatRequest request) {
    ChatTemplate toolUse = templates.template(TOOL_USE);
    ChatTemplate usual = templates.template(DEFAULT);
    if (toolUse != null && (request.tools() != null || usual == null)) {
      return toolUse;
    }
    if (usual == null) {
      throw new EngineException(
          EngineException.Reason.UNSUPPORTED,
          "this model has no chat template \"default\", only " + templates.names());
    }
    return usual;
  }

  private static ChatRequest readable(ChatRequest request, ToolChoice choice) {
    return new ChatRequest(
        request.messages().stream().map(ChatMessages::readable).toList(),
        choice instanceof ToolChoice.None ? null : request.tools(),
        request.documents(),
        request.variables(),
        request.clock());
  }

  /**
   * Where system messages and tools end: the same ones before another message render alike up to
   * here.
   */
  private int endOfSystem(ChatRequest request, int... ids) {
    List<Map<String, Object>> other = new ArrayList<>(leadingSystem(request));
    if (other.isEmpty() && request.tools() == null) {
      return 0;
    }
    other.add(Map.of("role", "user", "content", SOME_MESSAGE));
    try {
      return common(tokenizer.encode(templates.render(with(request, other))), ids);
    } catch (TemplateException e) {
      return 0; // a template that wants more than one message; the whole one was rendered
    }
  }

  private static List<Map<String, Object>> leadingSystem(ChatRequest request) {
    return request.messages().stream()
        .takeWhile(message -> List.of("system", "developer").contains(message.get("role")))
        .toList();
  }

  /**
   * Where the messages end and the header of the answer begins, which may open the reasoning: the
   * next turn agrees with this one up to here at least. Where the last message is gone on with, the
   * messages before it.
   */
  private int endOfMessages(Prompt.Chat chat, ChatRequest request, int... ids) {
    List<Map<String, Object>> messages = request.messages();
    int count = chat.continueFinal() ? messages.size() - 1 : messages.size();
    if (count == 0) {
      return 0;
    }
    try {
      String text = templates.render(with(request, messages.subList(0, count)));
      return common(tokenizer.encode(text), ids);
    } catch (TemplateException e) {
      return 0; // a template that refuses them without the last
    }
  }

  private static ChatRequest with(ChatRequest request, List<Map<String, Object>> messages) {
    return new ChatRequest(
        messages, request.tools(), request.documents(), request.variables(), request.clock());
  }

  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
