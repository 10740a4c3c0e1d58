package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.runtime.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What one command did. */
record Cli(int code, String out, String err) {
  static final Path KJV = Path.of("../fixtures/kjv-tiny");
  static final String MODEL = KJV.toString();
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static Cli run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Deltaport.command(new PrintWriter(out), new PrintWriter(err), new Cancellation())
            .execute(args);
    return new Cli(code, out.toString(), err.toString());
  }

  /** Runs with this text on standard input. */
  static Cli runWith(String input, String... args) {
    InputStream kept = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return run(args);
    } finally {
      System.setIn(kept);
    }
  }

  /** Checks that it is done; returns its output. */
  String done() {
    assertEquals("", err);
    assertEquals(0, code);
    return out;
  }

  /** Checks that the output is one JSON object and nothing else. */
  JsonNode json() {
    try {
      JsonNode object = MAPPER.readTree(out);
      assertTrue(object.isObject());
      return object;
    } catch (IOException e) {
      throw new UncheckedIOException(out, e);
    }
  }

  /**
   * Checks for exit code 2, nothing on standard output and one line on standard error that has this
   * in it.
   */
  void failed(String part) {
    assertEquals(2, code, err);
    assertEquals("", out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("deltaport: "), err);
    assertTrue(err.contains(part), err);
    assertFalse(err.contains("Exception"), err);
  }

  static JsonNode reference() {
    try {
      return MAPPER.readTree(KJV.resolve("reference_text.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
