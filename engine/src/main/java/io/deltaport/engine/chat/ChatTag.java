package io.deltaport.engine.chat;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What parts an output. */
enum ChatTag {
  THINK("<think>"),
  THINK_END("</think>"),
  CALL("<tool_call>"),
  CALL_END("</tool_call>");

  private final String text;

  ChatTag(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Which of them are tokens of a vocabulary: there the token counts, and not the mere text. */
  static final class Ids {
    private final Map<ChatTag, Integer> ids = new EnumMap<>(ChatTag.class);

    Ids(Function<String, OptionalInt> vocabulary) {
      for (ChatTag tag : values()) {
        vocabulary.apply(tag.text).ifPresent(id -> ids.put(tag, id));
      }
    }

    /** The tag of that token, or null. */
    @Nullable ChatTag tag(int id) {
      for (Map.Entry<ChatTag, Integer> entry : ids.entrySet()) {
        if (entry.getValue() == id) {
          return entry.getKey();
        }
      }
      return null;
    }

    boolean has(ChatTag tag) {
      return ids.containsKey(tag);
    }
  }
}
