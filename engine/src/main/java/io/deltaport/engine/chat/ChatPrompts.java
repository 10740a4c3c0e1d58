package io.deltaport.engine.chat;

import io.deltaport.engine.request.*;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;

public final class ChatPrompts {
  private final ChatTemplates templates;
  private final Tokenizer tokenizer;

  public ChatPrompts(ChatTemplates templates, Tokenizer tokenizer) {
    this.templates = templates;
    this.tokenizer = tokenizer;
  }

  @SuppressWarnings("ArrayRecordComponent")
  public record Rendered(int[] ids, String text, int[] savePoints) {}

  public Rendered render(Prompt.Chat chat, ToolChoice choice) {
    String t = templates.render(chat.chat().withGenerationPrompt());
    return new Rendered(tokenizer.encode(t), t, new int[0]);
  }

  public ChatParser parser(Prompt.Chat chat, Rendered rendered, int choice) {
    return new ChatParser(choice);
  }
}
