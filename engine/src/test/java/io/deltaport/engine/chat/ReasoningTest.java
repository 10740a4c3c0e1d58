package io.deltaport.engine.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.engine.chat.ReplyPart.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasoningTest {
  /** {@code #} stands for a newline. */
  @ParameterizedTest
  @CsvSource({
    "'<|assistant|>#', 'Just an answer.', '', 'Just an answer.'",
    "'<|assistant|>#', '<think>#why#</think>##because', 'why', 'because'",
    "'<|assistant|>#', '  <think>why</think>because', 'why', 'because'",
    "'<|assistant|>#<think>#', 'why#</think>##because', 'why', 'because'",
    "'<|assistant|>#<think>##</think>##', 'because <think>', '', 'because <think>'",
    "'<think>', 'a < b </thin b', 'a < b </thin b', ''",
    "'<|assistant|>#', '<thin ice>', '', '<thin ice>'",
    "'<|assistant|>#', '<thi', '', '<thi'",
    "'<think>', 'a</think>b</think>c', 'a', 'b</think>c'"
  })
  void tellsReasoningFromAnswerHoweverTheTextIsCut(
      String prompt, String text, String reasoning, String answer) {
    String output = text.replace('#', '\n');
    for (int size = 1; size <= output.length(); size++) {
      Reasoning splitter = new Reasoning(prompt.replace('#', '\n'));
      List<ReplyPart> parts = new ArrayList<>();
      for (int from = 0; from < output.length(); from += size) {
        parts.addAll(splitter.add(output.substring(from, Math.min(output.length(), from + size))));
      }
      parts.addAll(splitter.finish());
      assertEquals(reasoning, splitter.reasoning());
      assertEquals(answer, splitter.answer());
      assertEquals(reasoning, text(parts, Kind.REASONING).strip());
      assertEquals(answer, text(parts, Kind.ANSWER));
    }
  }

  private static String text(List<ReplyPart> parts, Kind kind) {
    return parts.stream()
        .filter(part -> part.kind() == kind)
        .map(ReplyPart::text)
        .collect(Collectors.joining());
  }
}
