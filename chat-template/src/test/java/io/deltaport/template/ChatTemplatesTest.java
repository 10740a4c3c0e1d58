package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplatesTest {

  private static final ChatRequest HELLO =
      ChatRequest.of(List.of(Map.of("role", "user", "content", "hello")));

  @TempDir private Path directory;

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void fixtureRendersItsReference() throws IOException {
    Path fixture = Path.of("..", "fixtures", "kjv-tiny");
    Map<?, ?> reference =
        RequestReader.object(Files.readString(fixture.resolve("reference_text.json")));
    Map<?, ?> chat = (Map<?, ?>) Goldens.get(reference, "chat");
    ChatRequest request = Goldens.request(Map.of("messages", Goldens.get(chat, "messages")));
    assertEquals(
        chat.get("text"), ChatTemplates.load(fixture).render(request.withGenerationPrompt()));
  }

  @Test
  void templateOfTheConfiguration() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"chat_template\": \"{{ messages[0].content }}{{ eos_token }}\", \"eos_token\": {\"content\": \"</s>\"}}");
    assertEquals("hello</s>", ChatTemplates.load(directory).render(HELLO));
  }

  @Test
  void filesComeBeforeTheConfiguration() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"config\"}");
    write("chat_template.jinja", "file");
    write("additional_chat_templates/tool_use.jinja", "tools");
    ChatTemplates templates = ChatTemplates.load(directory);
    assertEquals(Set.of("default", "tool_use"), templates.names());
    assertEquals("file", templates.render(HELLO));
    assertEquals("tools", templates.render(HELLO.withTools(List.of())));
  }

  @Test
  void namedTemplatesOfTheConfiguration() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"d\"}, {\"name\": \"rag\", \"template\": \"r\"}]}");
    ChatTemplates templates = ChatTemplates.load(directory);
    assertEquals("d", templates.render(HELLO));
    assertEquals("r", templates.render(HELLO, "rag"));
    assertEquals(
        Kind.FILE,
        assertThrows(TemplateException.class, () -> templates.render(HELLO, "no")).kind());
  }

  @Test
  void legacyMapCountsOnlyWithoutAddedTokens() throws IOException {
    write("chat_template.jinja", "{{ bos_token }}");
    write("special_tokens_map.json", "{\"bos_token\": \"<s>\"}");
    write("tokenizer_config.json", "{\"bos_token\": \"<b>\"}");
    assertEquals("<s>", ChatTemplates.load(directory).render(HELLO));
    write("tokenizer_config.json", "{\"bos_token\": \"<b>\", \"added_tokens_decoder\": {}}");
    assertEquals("<b>", ChatTemplates.load(directory).render(HELLO));
    assertEquals(
        "mine", ChatTemplates.load(directory).render(HELLO.withVariable("bos_token", "mine")));
  }

  @Test
  void aFileAlone() throws IOException {
    write("my.jinja", "{{ messages[0].role }}");
    assertEquals("user", ChatTemplates.load(directory.resolve("my.jinja")).render(HELLO));
  }

  @Test
  void errorsNameTheFile() throws IOException {
    assertTrue(failure().contains("no chat template"));
    write("chat_template.jinja", "a\n  {{ 1 + }}");
    assertTrue(failure().contains("chat_template.jinja: line 2, column 10: TemplateSyntaxError"));
    write("tokenizer_config.json", "{");
    assertTrue(failure().contains("tokenizer_config.json: broken JSON"));
  }

  @Test
  void aPipeIsNotReadFrom() throws Exception {
    int code =
        new ProcessBuilder("mkfifo", directory.resolve("chat_template.jinja").toString())
            .start()
            .waitFor();
    assertEquals(0, code);
    assertTrue(failure().contains("chat_template.jinja: a regular file of at most"));
  }

  @Test
  void aFileThatWouldFillTheMemoryIsNotRead() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("tokenizer_config.json").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertTrue(failure().contains("tokenizer_config.json: a regular file of at most"));
  }

  private String failure() {
    return String.valueOf(
        assertThrows(TemplateException.class, () -> ChatTemplates.load(directory)).getMessage());
  }
}
