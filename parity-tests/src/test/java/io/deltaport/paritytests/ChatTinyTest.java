package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained Qwen3.5 against transformers: its logits, and what it answers. */
class ChatTinyTest {
  private static final Path CHAT_TINY = Fixtures.chatTiny();

  private static Model model;
  private static Tokenizer tokenizer;
  private static Engine engine;

  @BeforeAll
  static void open() {
    model = Model.open(CHAT_TINY, ModelOptions.EXACT.withThreads(2));
    tokenizer = Tokenizer.load(model.directory());
    engine = Engine.over(model, tokenizer, EngineOptions.DEFAULT);
  }

  @AfterAll
  static void close() {
    engine.close();
    tokenizer.close();
    model.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Parity.REFERENCE, "mtp_reference.safetensors"})
  void logitsEqualTheirReference(String reference) {
    ParityReport report =
        Parity.run(CHAT_TINY, CHAT_TINY.resolve(reference), ModelOptions.EXACT.withThreads(2));
    assertTrue(report.passed(), () -> report.toJson().toString());
    assertEquals(List.of(), report.notCompared());
  }

  @Test
  void promptsAndAnswersEqualTheirReferenceTokenByToken() throws IOException {
    ChatTemplates templates = ChatTemplates.load(CHAT_TINY);
    GenerationOptions options =
        GenerationOptions.greedy(400).withStopTokens(GenerationDefaults.of(model).stopTokens());
    JsonNode all =
        new ObjectMapper().readTree(Files.readString(CHAT_TINY.resolve("reference_chat.json")));
    assertEquals(48, all.size());
    for (JsonNode expected : all) {
      String name = expected.path("template").textValue();
      ChatRequest request =
          ChatRequest.parse(expected.path("request").toString()).withGenerationPrompt();
      String prompt = templates.render(request, name.equals("chat_template") ? "default" : name);
      assertEquals(expected.path("prompt").textValue(), prompt);
      int[] ids = tokenizer.encode(prompt);
      assertArrayEquals(ids(expected.path("prompt_ids")), ids, prompt);
      Answer.Choice answer = engine.answer(Request.tokens(options, ids)).choice();
      int[] tokens = answer.ids().stream().mapToInt(Integer::intValue).toArray();
      int[] wanted = ids(expected.path("answer_ids"));
      int stops = tokens.length - wanted.length; // the reference may leave out the stop token
      assertTrue(stops == 0 || stops == 1, () -> prompt + answer.text());
      assertArrayEquals(wanted, Arrays.copyOf(tokens, wanted.length), prompt);
      assertEquals(expected.path("answer").textValue(), answer.text());
    }
  }

  @ParameterizedTest
  @DisplayName(
      "pitfall 50: rows beyond the tokenizer's ids are never sampled, and stand for no text")
  @ValueSource(ints = {0, 1, 40, 1344, Integer.MAX_VALUE})
  void paddingOfTheVocabularyIsNeverSampled(int topK) {
    assertEquals("", tokenizer.decode(SpecialTokens.KEEP, 1225, 1343));
    Sampling any = Sampling.GREEDY.withTemperature(1e6).withTopK(topK).withSeed(7);
    Answer answer = engine.answer(Request.text(GenerationOptions.greedy(200).with(any), "Hello"));
    assertTrue(answer.choice().ids().stream().allMatch(id -> id < tokenizer.size()));
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.path(i).intValue();
    }
    return ids;
  }
}
