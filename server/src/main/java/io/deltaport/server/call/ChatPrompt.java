package io.deltaport.server.call;

import io.deltaport.engine.chat.ChatMessages;
import io.deltaport.engine.request.Prompt;
import io.deltaport.server.json.ApiException;
import io.deltaport.template.ChatRequest;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A conversation as the model's chat template reads it. */
public final class ChatPrompt {
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String SYSTEM = "system";

  private ChatPrompt() {}

  /**
   * A conversation.
   *
   * @param messages of the OpenAI shape, their contents text
   * @param tools of the OpenAI shape, perhaps none
   * @param variables further variables of the template
   * @param continueFinal whether the last message is gone on with
   * @throws ApiException if there is no message
   */
  public static Prompt.Chat of(
      List<Map<String, Object>> messages,
      List<Map<String, Object>> tools,
      Map<String, Object> variables,
      boolean continueFinal) {
    if (messages.isEmpty()) {
      throw ApiException.wrong("messages", "at least one message is required");
    }
    if (continueFinal && !"assistant".equals(messages.get(messages.size() - 1).get(ROLE))) {
      throw ApiException.wrong(
          "continue_final_message", "the last message is to be the assistant's");
    }
    List<Map<String, Object>> readable =
        joinedSystem(messages).stream().map(ChatMessages::readable).toList();
    return new Prompt.Chat(
        new ChatRequest(
            readable,
            tools.isEmpty() ? null : tools,
            null,
            variables,
            Clock.system(ZoneId.systemDefault())),
        continueFinal);
  }

  /** Templates take one system message, clients send several at the beginning. */
  private static List<Map<String, Object>> joinedSystem(List<Map<String, Object>> messages) {
    List<String> texts = new ArrayList<>();
    int first = 0;
    while (first < messages.size() && SYSTEM.equals(messages.get(first).get(ROLE))) {
      texts.add(String.valueOf(messages.get(first).get(CONTENT)));
      first++;
    }
    if (first < 2) {
      return messages;
    }
    Map<String, Object> system = new LinkedHashMap<>();
    system.put(ROLE, SYSTEM);
    system.put(CONTENT, String.join("\n\n", texts));
    List<Map<String, Object>> joined = new ArrayList<>(List.of(system));
    joined.addAll(messages.subList(first, messages.size()));
    return joined;
  }
}
