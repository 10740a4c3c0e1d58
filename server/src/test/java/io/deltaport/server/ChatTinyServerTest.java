package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.runtime.options.Compute;
import io.deltaport.server.options.ServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small trained chat model behind the real engine and server. */
@Timeout(120)
class ChatTinyServerTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String GERMANY =
      "'temperature': 0, 'messages': [{'role': 'user', 'content': 'What is the capital of Germany?"
          + " One word only.'}]";
  private static final String BERLIN = "The capital of Germany is Berlin.";

  private static final Engine ENGINE = Engine.open(ScriptedModel.CHAT_TINY, options());
  private static final DeltaportServer SERVER =
      DeltaportServer.start(
          ENGINE, ServerOptions.DEFAULT.withPort(0).withNames(List.of("chat-tiny")));
  private static final Client CLIENT = new Client(SERVER.url());

  private static EngineOptions options() {
    EngineOptions usual = EngineOptions.DEFAULT;
    return usual.with(usual.model().with(Compute.EXACT)).withMaxQueue(256);
  }

  @AfterAll
  static void close() {
    SERVER.close();
    ENGINE.close();
  }

  @Test
  void everyApiGivesTheSameAnswer() {
    JsonNode chat = CLIENT.post(CHAT, "{" + GERMANY + "}").is(200).json();
    assertEquals(BERLIN, chat.at("/choices/0/message/content").asText());
    assertEquals("stop", chat.at("/choices/0/finish_reason").asText());
    StringBuilder streamed = new StringBuilder();
    CLIENT
        .post(CHAT, "{'stream': true, " + GERMANY + "}")
        .is(200)
        .events()
        .forEach(chunk -> streamed.append(chunk.at("/choices/0/delta/content").asText()));
    assertEquals(BERLIN, streamed.toString());
    JsonNode message = CLIENT.post("/v1/messages", "{'max_tokens': 30, " + GERMANY + "}").json();
    assertEquals(BERLIN, message.at("/content/0/text").asText());
    JsonNode response =
        CLIENT.post("/v1/responses", "{" + GERMANY.replace("'messages'", "'input'") + "}").json();
    assertEquals(BERLIN, response.at("/output/0/content/0/text").asText());
    String prompt =
        CLIENT.post("/apply-template", "{" + GERMANY + "}").json().get("prompt").asText();
    JsonNode completion =
        CLIENT
            .post(
                "/v1/completions",
                "{'temperature': 0, 'max_tokens': 30, 'prompt': " + TextNode.valueOf(prompt) + "}")
            .json();
    assertEquals(BERLIN, completion.at("/choices/0/text").asText());
  }

  @Test
  void aPromptThatIsTooLong() {
    String body = "{'messages': [{'role': 'user', 'content': '" + "word ".repeat(9000) + "'}]}";
    JsonNode error = CLIENT.post(CHAT, body).is(400).json().get("error");
    assertEquals("context_length_exceeded", error.get("code").asText());
    assertTrue(
        error
            .get("message")
            .asText()
            .startsWith("This model's maximum context length is " + ENGINE.contextLength()),
        error.toString());
  }

  @Test
  void whatTheTemplateRefusesIsTheClientsFault() {
    String body =
        "{'messages': [{'role': 'user', 'content': 'a'}, {'role': 'system', 'content': 'b'}]}";
    String message = CLIENT.post(CHAT, body).is(400).json().at("/error/message").asText();
    assertTrue(message.contains("the system message comes first"), message);
  }

  @Test
  void manyClientsGetTheAnswerThatOneGets() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(
            clients.submit(
                () ->
                    CLIENT
                        .post(CHAT, "{" + GERMANY + "}")
                        .is(200)
                        .json()
                        .at("/choices/0/message/content")
                        .asText()));
      }
      for (Future<String> answer : answers) {
        assertEquals(BERLIN, answer.get());
      }
    } finally {
      clients.shutdownNow();
    }
    while (ENGINE.stats().running() > 0) {
      Thread.sleep(10); // the test's timeout bounds it
    }
    assertFalse(ENGINE.stats().isStuck());
  }
}
