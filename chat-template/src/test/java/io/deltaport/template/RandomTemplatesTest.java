package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A sample of the random templates that the differential fuzz compares, with what jinja2 gave. */
class RandomTemplatesTest {

  private static final List<Map<?, ?>> LINES = Goldens.lines("random.jsonl");

  @Test
  void areAllThere() {
    assertEquals(400, LINES.size());
  }

  @TestFactory
  Stream<DynamicTest> equal() {
    return LINES.stream()
        .map(
            golden -> {
              String template = Goldens.get(golden, "template").toString();
              return DynamicTest.dynamicTest(
                  "template " + template,
                  () ->
                      Goldens.check(
                          golden,
                          () ->
                              ChatTemplate.compile(template)
                                  .render(Goldens.variables(golden), Goldens.CLOCK)));
            });
  }
}
