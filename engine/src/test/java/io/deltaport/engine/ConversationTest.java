package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.template.ChatTemplates;
import io.deltaport.template.options.TemplateException;
import io.deltaport.tokenizer.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationTest {
  /** Enough for four checkpoints and what a turn needs while it runs. */
  private static final int SLOTS = 7;

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
    try (Conversation going = conversation(templates);
        Conversation fresh = conversation(templates)) {
      going.add("user", "Write of the sea.");
      Reply first = reply(going);
      assertEquals(0, first.keptTokens());
      going.add("user", "And then?");
      Reply second = reply(going);
      going.messages().subList(0, 3).forEach(fresh::add);
      Reply again = reply(fresh);
      assertEquals(again.generation(), second.generation());
      assertEquals(again.promptTokens(), second.promptTokens());
      assertEquals(0, again.keptTokens());
      assertTrue(second.keptTokens() >= first.promptTokens(), second.toString());
      assertEquals(4, going.messages().size());
    }
  }

  @Test
  @DisplayName("pitfall 15: reasoning that the template drops is dropped from the state too")
  void reasoningLeavesTheHistoryAsTheTemplateWants() throws IOException {
    ChatTemplates templates =
        templates(
            "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
                + "{% if add_generation_prompt %}[assistant] <think>\n{% endif %}");
    try (Conversation going = conversation(templates);
        Conversation fresh = conversation(templates)) {
      going.add("user", "Write of the sea.");
      Reply first = reply(going);
      assertEquals("", first.content());
      assertEquals(first.generation().text().strip(), first.reasoning());
      assertEquals(first.reasoning(), going.messages().get(1).get("reasoning_content"));
      going.add("user", "And then?");
      Reply second = reply(going);
      going.messages().subList(0, 3).forEach(fresh::add);
      assertEquals(reply(fresh).generation(), second.generation());
      assertTrue(second.keptTokens() > 0 && second.keptTokens() < first.promptTokens());
    }
  }

  @Test
  void anyNumberOfTurnsKeepsAFewCheckpoints() {
    ModelOptions options = ModelOptions.EXACT.withThreads(2).with(new Capacity(SLOTS, 2048, 0));
    long bytes;
    try (Model model = Model.open(KjvTiny.DIRECTORY, options)) {
      bytes = model.stateBytes();
    }
    try (Model model =
            Model.open(KjvTiny.DIRECTORY, options.with(new Capacity(SLOTS, 2048, bytes)));
        Conversation conversation =
            new Conversation(
                model, kjv.tokenizer, ChatTemplates.load(model.directory()), null, Map.of())) {
      for (int turn = 0; turn < 3 * SLOTS; turn++) {
        conversation.add("user", "And " + turn + "?");
        conversation.reply(
            GenerationOptions.greedy(1), token -> {}, part -> {}, new Cancellation());
      }
      assertEquals(bytes, model.stateBytes());
      assertEquals(6 * SLOTS, conversation.messages().size());
    }
  }

  @Test
  @DisplayName("pitfall 25: a chat ends at the tokenizer's eos_token, whatever the options say")
  void endsAtTheTokenizersEndOfText() throws IOException {
    String template = "{% for m in messages %}{{ m.content }}{% endfor %}";
    Reply whole = replyWith(template, "none");
    List<Integer> tokens = whole.generation().tokens();
    int last =
        IntStream.range(1, tokens.size() - 1)
            .filter(i -> !tokens.subList(0, i).contains(tokens.get(i)))
            .filter(i -> kjv.tokenizer.id(text(tokens.get(i))).isPresent())
            .findFirst()
            .orElseThrow();
    Reply ended = replyWith(template, text(tokens.get(last)));
    assertEquals(tokens.subList(0, last + 1), ended.generation().tokens());
  }

  private static String text(int token) {
    return kjv.tokenizer.decode(SpecialTokens.KEEP, token);
  }

  private Reply replyWith(String template, String eosToken) throws IOException {
    Path directory = Files.createTempDirectory(temp, "chat");
    Files.writeString(directory.resolve("chat_template.jinja"), template);
    Files.writeString(
        directory.resolve("tokenizer_config.json"), "{\"eos_token\":\"" + eosToken + "\"}");
    try (Conversation conversation = conversation(ChatTemplates.load(directory))) {
      conversation.add("user", "Write of the sea.");
      return reply(conversation);
    }
  }

  @Test
  void whatTheTemplateRefusesLeavesTheMessages() throws IOException {
    try (Conversation conversation = conversation(templates("{{ raise_exception('no') }}"))) {
      conversation.add("user", "x");
      assertThrows(TemplateException.class, () -> reply(conversation));
      assertEquals(1, conversation.messages().size());
    }
  }

  private ChatTemplates templates(String template) throws IOException {
    return ChatTemplates.load(Files.writeString(temp.resolve("chat.jinja"), template));
  }

  private static Conversation conversation(ChatTemplates templates) {
    return new Conversation(kjv.model, kjv.tokenizer, templates, null, Map.of());
  }

  private static Reply reply(Conversation conversation) {
    return conversation.reply(OPTIONS, token -> {}, part -> {}, new Cancellation());
  }
}
