package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Listener;
import io.deltaport.runtime.Cancellation;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.greedy(12);
  private static KjvTiny kjv;

  @TempDir private Path temp = Path.of("");

  @BeforeAll
  static void open() {
    kjv = new KjvTiny();
  }

  @AfterAll
  static void close() {
    kjv.close();
  }

  @Test
  @DisplayName(
      "pitfall 15: a later turn equals a fresh run of all messages, and keeps what was read")
  void aLaterTurnEqualsAFreshRunAndKeepsWhatWasRead() {
    ChatTemplates templates = ChatTemplates.load(kjv.model.directory());
    try (Engine engine = engine(templates);
        Engine other = engine(templates)) {
      turnsEqualFreshRuns(engine, other);
    }
  }

  @Test
  @DisplayName("pitfall 15: reasoning that the template drops is dropped from the state too")
  void reasoningLeavesTheHistoryAsTheTemplateWants() throws IOException {
    ChatTemplates templates =
        templates(
            "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
                + "{% if add_generation_prompt %}[assistant] <think>\n{% endif %}");
    try (Engine engine = engine(templates);
        Engine other = engine(templates)) {
      Answer first = turnsEqualFreshRuns(engine, other);
      assertEquals("", first.choice().text());
      assertTrue(!first.choice().reasoning().isEmpty());
    }
  }

  /** Two turns; the second equals that of an engine that has read nothing before. */
  private static Answer turnsEqualFreshRuns(Engine engine, Engine other) {
    Conversation going = new Conversation(engine, null, Map.of());
    Conversation fresh = new Conversation(other, null, Map.of());
    going.add("user", "Write of the sea, and of all that is in it, great and small. ".repeat(8));
    Answer first = reply(going);
    assertEquals(0, first.usage().cachedTokens());
    going.add("user", "And then?");
    Answer second = reply(going);
    going.messages().subList(0, 3).forEach(fresh::add);
    Answer again = reply(fresh);
    assertEquals(again.choice().ids(), second.choice().ids());
    assertEquals(again.choice().text(), second.choice().text());
    assertEquals(again.usage().promptTokens(), second.usage().promptTokens());
    assertEquals(0, again.usage().cachedTokens());
    assertTrue(
        second.usage().cachedTokens() >= first.usage().promptTokens() - 64,
        second.usage().toString());
    assertEquals(4, going.messages().size());
    return first;
  }

  @Test
  @DisplayName("pitfall 25: a chat ends at the tokenizer's eos_token, whatever the options say")
  void endsAtTheTokenizersEndOfText() throws IOException {
    String template = "{% for m in messages %}{{ m.content }}{% endfor %}";
    List<Integer> tokens = replyWith(template, "none").choice().ids();
    int last =
        IntStream.range(1, tokens.size() - 1)
            .filter(i -> !tokens.subList(0, i).contains(tokens.get(i)))
            .filter(i -> kjv.tokenizer.id(text(tokens.get(i))).isPresent())
            .findFirst()
            .orElseThrow();
    Answer ended = replyWith(template, text(tokens.get(last)));
    assertEquals(tokens.subList(0, last + 1), ended.choice().ids());
  }

  private static String text(int token) {
    return kjv.tokenizer.decode(SpecialTokens.KEEP, token);
  }

  private Answer replyWith(String template, String eosToken) throws IOException {
    Path directory = Files.createTempDirectory(temp, "chat");
    Files.writeString(directory.resolve("chat_template.jinja"), template);
    Files.writeString(
        directory.resolve("tokenizer_config.json"), "{\"eos_token\":\"" + eosToken + "\"}");
    try (Engine engine = engine(ChatTemplates.load(directory))) {
      Conversation conversation = new Conversation(engine, null, Map.of());
      conversation.add("user", "Write of the sea.");
      return reply(conversation);
    }
  }

  @Test
  void whatTheTemplateRefusesLeavesTheMessages() throws IOException {
    try (Engine engine = engine(templates("{{ raise_exception('no') }}"))) {
      Conversation conversation = new Conversation(engine, null, Map.of());
      conversation.add("user", "x");
      EngineException e = assertThrows(EngineException.class, () -> reply(conversation));
      assertEquals(EngineException.Reason.REQUEST, e.reason());
      assertEquals(1, conversation.messages().size());
    }
  }

  private ChatTemplates templates(String template) throws IOException {
    return ChatTemplates.load(Files.writeString(temp.resolve("chat.jinja"), template));
  }

  private static Engine engine(ChatTemplates templates) {
    return Engine.over(kjv.model, kjv.tokenizer, Optional.of(templates), EngineOptions.DEFAULT);
  }

  private static Answer reply(Conversation conversation) {
    return conversation.reply(OPTIONS, Listener.NONE, new Cancellation());
  }
}
