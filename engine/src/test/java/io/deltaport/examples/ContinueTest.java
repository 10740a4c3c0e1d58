package io.deltaport.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContinueTest {
  private static final String MODEL = "../fixtures/kjv-tiny";
  private static final String PROMPT = "And the angel said";

  @Test
  void printsTheGreedyContinuation() {
    try (Engine engine = Engine.open(Path.of(MODEL), EngineOptions.DEFAULT)) {
      String expected =
          engine.answer(Request.text(GenerationOptions.greedy(20), PROMPT)).choice().text();
      assertEquals(expected, printed());
    }
  }

  private static String printed() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Continue.main(new String[] {MODEL, PROMPT});
    } finally {
      System.setOut(before);
    }
    return printed.toString(UTF_8);
  }
}
