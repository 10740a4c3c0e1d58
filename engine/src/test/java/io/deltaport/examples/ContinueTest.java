package io.deltaport.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.engine.Generator;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.Model;
import io.deltaport.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContinueTest {
  private static final String MODEL = "../fixtures/kjv-tiny";
  private static final String PROMPT = "And the angel said";

  @Test
  void printsTheGreedyContinuation() {
    try (Model model = Model.open(Path.of(MODEL));
        Tokenizer tokenizer = Tokenizer.load(model.directory())) {
      String expected =
          new Generator(model, tokenizer)
              .generate(GenerationOptions.greedy(20), tokenizer.encode(PROMPT))
              .text();
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
