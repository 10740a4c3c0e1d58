package io.deltaport.evaluate.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
  @ParameterizedTest
  @CsvSource({
    "17145, 2048, 17111",
    "17145, 512, 17111",
    "17145, 511, 17111",
    "17145, 100, 17111",
    "1500, 1, 1497",
    "512, 1024, 511",
    "513, 1024, 511",
    "514, 1024, 512",
    "2, 7, 1"
  })
  void everyTokenIsReadOnceAndAllButTheFirstOfAWindowPredicted(int length, int tokens, int scored) {
    int[] ids = IntStream.range(0, length).toArray();
    int next = 0;
    int predictions = 0;
    for (List<Windows.Piece> run : Windows.runs(ids, tokens)) {
      assertTrue(run.stream().mapToInt(piece -> piece.ids().length).sum() <= tokens);
      assertTrue(run.size() == 1 || run.stream().allMatch(Windows.Piece::startsWindow));
      for (Windows.Piece piece : run) {
        assertEquals(next % Windows.LENGTH == 0, piece.startsWindow());
        assertEquals(next, piece.ids()[0]);
        for (int row = 0; row < piece.predictions(); row++) {
          assertEquals(next + row + 1, piece.target(row));
          assertTrue((next + row + 1) % Windows.LENGTH != 0);
        }
        next += piece.ids().length;
        predictions += piece.predictions();
      }
    }
    assertEquals(length, next);
    assertEquals(scored, predictions);
    assertEquals(length - 1, Arrays.stream(ids).max().getAsInt());
  }
}
