package io.deltaport.engine.chat;

import io.deltaport.engine.request.EngineException;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversation whose last message is gone on with, rendered up to that message's end: {@code
 * continue_final_message} of transformers, which marks the end of its text and cuts there.
 */
final class ContinuedMessage {
  private static final String MARK = "CONTINUE_FINAL_MESSAGE_TAG ";

  private ContinuedMessage() {}

  static String render(ChatTemplates templates, ChatRequest request) {
    List<Map<String, Object>> messages = new ArrayList<>(request.messages());
    Map<String, Object> last = new LinkedHashMap<>(messages.remove(messages.size() - 1));
    String text = text(last.get("content"));
    last.put("content", marked(last.get("content")));
    messages.add(last);
    String rendered =
        templates.render(
            new ChatRequest(
                messages,
                request.tools(),
                request.documents(),
                request.variables(),
                request.clock()));
    int end = rendered.lastIndexOf(MARK.strip());
    if (end < 0 || !rendered.contains(text.strip())) {
      throw wrong(
          "the template does not render the last message, so that it cannot be gone on with");
    }
    return rendered.startsWith(MARK, end)
        ? rendered.substring(0, end)
        : rendered.substring(0, end).stripTrailing();
  }

  private static Object marked(@Nullable Object content) {
    if (content instanceof List<?> parts) {
      List<Object> marked = new ArrayList<>(parts);
      int at = lastText(parts);
      Map<Object, Object> part = new LinkedHashMap<>((Map<?, ?>) parts.get(at));
      part.put("text", part.get("text") + MARK);
      marked.set(at, part);
      return marked;
    }
    return content + MARK;
  }

  private static String text(@Nullable Object content) {
    if (content instanceof List<?> parts && lastText(parts) >= 0) {
      return String.valueOf(((Map<?, ?>) parts.get(lastText(parts))).get("text"));
    }
    if (content instanceof String text) {
      return text;
    }
    throw wrong("the last message has no text to go on with");
  }

  /** The last part that has text, or -1. */
  private static int lastText(List<?> parts) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (parts.get(i) instanceof Map<?, ?> part && part.get("text") instanceof String) {
        return i;
      }
    }
    return -1;
  }

  private static EngineException wrong(String message) {
    return new EngineException(EngineException.Reason.REQUEST, message);
  }
}
