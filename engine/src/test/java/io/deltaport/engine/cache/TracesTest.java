package io.deltaport.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Traffic that other servers read again and again. */
class TracesTest {
  private static final int HEADER = 4;

  private final Requests requests = new Requests(128, 40_000, 0.5);

  @Test
  @DisplayName("vllm#45238: 1,500 of 2,200 tokens shared: the third request hits")
  void sharedPrefix() {
    int[] shared = requests.fresh(1500);
    List<Integer> read = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      read.add(requests.run(Requests.join(shared, requests.fresh(700)), requests.fresh(20)));
    }

    assertEquals(List.of(2200, 2200, 700, 700, 700), read);
  }

  @Test
  @DisplayName("a system message that the caller knows of hits at the second request")
  void systemMessage() {
    int[] system = requests.fresh(1500);
    SavePoint end = new SavePoint(1500, Kind.SYSTEM);
    List<Integer> read = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      read.add(requests.run(Requests.join(system, requests.fresh(700)), requests.fresh(20), end));
    }

    assertEquals(List.of(2200, 700, 700), read);
  }

  @Test
  @DisplayName("ik_llama.cpp#1762: a turn after 66,000 tokens reads the new ones alone")
  void longConversation() {
    int[] history = requests.fresh(66_000);
    requests.run(history, requests.fresh(200), header(history));
    for (int turn = 0; turn < 4; turn++) {
      history = Requests.join(history, requests.fresh(300));
      int read = requests.run(history, requests.fresh(200), header(history));
      assertTrue(read <= 300 + HEADER, "turn " + turn + " read " + read);
    }
  }

  @Test
  @DisplayName("llama.cpp#20428: conversations that begin with 1 to 63 tokens")
  void shortPrompts() {
    for (int length = 1; length < 64; length++) {
      int[] prompt = requests.fresh(length);
      int[] output = requests.fresh(30);
      requests.run(prompt, output, header(prompt));
      for (int turn = 0; turn < 4; turn++) {
        int[] added = requests.fresh(length);
        prompt = Requests.join(prompt, output, added);
        output = requests.fresh(30);
        int read = requests.run(prompt, output, header(prompt));
        assertTrue(read <= length + 64, length + " tokens, turn " + turn + " read " + read);
      }
    }
  }

  @Test
  @DisplayName("pitfall 38: 30 turns, answers sent back without their reasoning")
  void reasoningIsDropped() {
    int[] history = requests.fresh(900);
    for (int turn = 0; turn < 30; turn++) {
      int[] prompt = Requests.join(history, requests.fresh(HEADER));
      int[] added = turn == 0 ? history : new int[0];
      int read = requests.run(prompt, requests.fresh(150), header(prompt));
      assertTrue(read <= last(turn, added) + 64, "turn " + turn + " read " + read);
      history = Requests.join(history, requests.fresh(80), requests.fresh(60));
    }
  }

  /** Answer and question that a turn of {@link #reasoningIsDropped} adds. */
  private static int last(int turn, int... first) {
    return turn == 0 ? first.length + HEADER : 80 + 60 + HEADER;
  }

  @Test
  @DisplayName("pitfall 38: 30 turns with edits, regenerations and tool loops")
  void editsRegenerationsAndToolLoops() {
    Random random = new Random(3);
    List<int[]> messages = new ArrayList<>(List.of(requests.fresh(1200), requests.fresh(50)));
    int[] header = requests.fresh(HEADER);
    List<int[]> seen = new ArrayList<>();
    for (int turn = 0; turn < 30; turn++) {
      int[] prompt = Requests.join(Requests.join(messages.toArray(int[][]::new)), header);
      int known = seen.stream().mapToInt(text -> common(prompt, text)).max().orElse(0);
      int[] output = requests.fresh(10 + random.nextInt(200));
      int read = requests.run(prompt, output, header(prompt));
      assertTrue(
          read <= prompt.length - known + 64,
          "turn %d read %d of %d, %d known".formatted(turn, read, prompt.length, known));
      seen.add(Requests.join(prompt, output));
      int last = messages.size() - 1;
      switch (random.nextInt(4)) {
        case 0 -> assertEquals(last + 1, messages.size(), "the same again");
        case 1 -> messages.set(last, requests.fresh(50)); // the last message is edited
        case 2 -> goOn(messages, header, output, 120); // a tool's result
        default -> goOn(messages, header, output, 10 + random.nextInt(900));
      }
    }
  }

  private void goOn(List<int[]> messages, int[] header, int[] output, int next) {
    messages.add(Requests.join(header, output));
    messages.add(requests.fresh(next));
  }

  @Test
  @DisplayName("a tool loop sends its calls back as they were: only results are read")
  void toolLoop() {
    int[] prompt = requests.fresh(3000);
    int[] output = requests.fresh(40);
    requests.run(prompt, output, header(prompt));
    for (int call = 0; call < 20; call++) {
      prompt = Requests.join(prompt, output, requests.fresh(120));
      output = requests.fresh(40);
      int read = requests.run(prompt, output, header(prompt));
      assertTrue(read <= 120 + 64, "call " + call + " read " + read);
    }
  }

  @Test
  void nothingIsHeldAfterwards() {
    sharedPrefix();
    longConversation();
    assertEquals(requests.cache.stats().slots(), requests.memory.usage().slots());
    assertEquals(requests.cache.stats().blocks(), requests.memory.usage().blocks());
    requests.cache.clear();
    assertEquals(0, requests.memory.usage().slots());
    assertEquals(0, requests.memory.usage().blocks());
  }

  private static SavePoint header(int... prompt) {
    return new SavePoint(prompt.length - HEADER, Kind.HEADER);
  }

  private static int common(int[] a, int[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }
}
