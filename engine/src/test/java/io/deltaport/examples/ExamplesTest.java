package io.deltaport.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExamplesTest {
  private static final String MODEL = "../fixtures/kjv-tiny";
  private static final String PROMPT = "And the angel said";

  @Test
  void printsTheGreedyContinuation() {
    try (Engine engine = Engine.open(Path.of(MODEL), EngineOptions.DEFAULT)) {
      String expected =
          engine.answer(Request.text(GenerationOptions.greedy(20), PROMPT)).choice().text();
      assertEquals(expected, printed(() -> Continue.main(new String[] {MODEL, PROMPT})));
    }
  }

  @Test
  void printsTheAnswer() {
    String[] arguments = {"../fixtures/chat-tiny", "What is the capital of Germany?"};
    String answer = printed(() -> Ask.main(arguments));
    assertTrue(answer.contains("Berlin"), answer);
  }

  private static String printed(Runnable program) {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return printed.toString(UTF_8);
  }
}
