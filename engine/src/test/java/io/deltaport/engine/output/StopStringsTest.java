package io.deltaport.engine.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  @Test
  void endsAcrossPiecesAndLetsNothingOfItThrough() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertEquals("one ", stops.add("one E"));
    assertEquals("", stops.add("N"));
    assertFalse(stops.stopped());
    assertEquals("", stops.add("D two"));
    assertTrue(stops.stopped());
    assertEquals("", stops.finish());
  }

  @Test
  void whatDoesNotBecomeAStopStringComesLater() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertEquals("", stops.add("EN"));
    assertEquals("EN", stops.add("EN"));
    assertEquals("ENx", stops.add("x"));
    assertEquals("", stops.add("E"));
    assertEquals("E", stops.finish());
  }

  @Test
  void theFirstToEndWinsAndOfThoseTheLongest() {
    assertEquals("x", new StopStrings(List.of("late", "ab")).add("xab late"));
    assertEquals("xa", new StopStrings(List.of("abcd", "bc")).add("xabcd"));
    assertEquals("x", new StopStrings(List.of("bc", "abc")).add("xabcd"));
  }

  @Test
  void piecesDoNotMatter() {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      String text = letters(random, 12);
      List<String> strings = List.of(letters(random, 1 + random.nextInt(3)), letters(random, 4));
      StopStrings stops = new StopStrings(strings);
      StringBuilder sure = new StringBuilder();
      int from = 0;
      while (from < text.length() && !stops.stopped()) {
        int to = Math.min(text.length(), from + random.nextInt(4));
        sure.append(stops.add(text.substring(from, to)));
        from = to;
      }
      sure.append(stops.finish());
      assertEquals(letterByLetter(text, strings), sure.toString());
      assertEquals(strings.stream().anyMatch(text::contains), stops.stopped());
    }
  }

  private static String letterByLetter(String text, List<String> strings) {
    for (int to = 1; to <= text.length(); to++) {
      String read = text.substring(0, to);
      int longest =
          strings.stream().filter(read::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return read.substring(0, to - longest);
      }
    }
    return text;
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }
}
