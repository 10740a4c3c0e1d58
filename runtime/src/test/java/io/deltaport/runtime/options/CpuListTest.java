package io.deltaport.runtime.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
  @Test
  void numbersAndRangesInTheOrderGiven() {
    assertEquals(Optional.of(List.of(3)), CpuList.parse("3"));
    assertEquals(Optional.of(List.of(8, 0, 2, 3, 4)), CpuList.parse("8,0,2-4"));
    assertEquals(Optional.of(List.of(5)), CpuList.parse("5-5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "1,", "-1", "4-2", "1-2-3", "a", "1 2", "0x1", "123456"})
  void anythingElseIsNone(String text) {
    assertEquals(Optional.empty(), CpuList.parse(text));
  }
}
