package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.KernelLevel;
import io.deltaport.runtime.options.ModelOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Writes the digests that {@code digests.sh} prints. */
@EnabledIfSystemProperty(named = DigestsTest.FILE, matches = ".+")
class DigestsTest {
  static final String FILE = "deltaport.digests";

  private static final int PROMPT = 40;
  private static final int[] STEPS = {1, 1, 3, 18, 1};

  @Test
  void write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (KernelLevel level : KernelLevel.values()) {
      for (Path path :
          Stream.concat(Fixtures.all().stream(), Stream.of(Fixtures.kjvTiny())).toList()) {
        lines.add(path.getFileName() + " " + level.key() + " " + digest(path, level));
      }
    }
    assertFalse(lines.isEmpty());
    Files.write(Path.of(System.getProperty(FILE, "")), lines);
  }

  /**
   * SHA-256 of all logits and hidden states of two sequences: a prompt each, then cached steps
   * together.
   */
  private static String digest(Path path, KernelLevel level) {
    MessageDigest sha = sha256();
    try (Model model = Model.open(path, ModelOptions.EXACT.with(level).withThreads(2));
        Sequence first = model.newSequence();
        Sequence second = model.newSequence()) {
      List<Sequence> sequences = List.of(first, second);
      for (int i = 0; i < 2; i++) {
        add(sha, model, List.of(step(model, sequences.get(i), PROMPT + 31 * i, i)));
      }
      for (int count : STEPS) {
        add(sha, model, List.of(step(model, first, count, 2), step(model, second, count, 3)));
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static Step step(Model model, Sequence sequence, int count, long seed) {
    Step step = Step.of(sequence, Logits.tokens(model, count, seed));
    Step logits = model.outputs().contains("logits") ? step.logits(RowSelection.ALL) : step;
    return model.outputs().contains("last_hidden_state") ? logits.hidden(RowSelection.ALL) : logits;
  }

  private static void add(MessageDigest sha, Model model, List<Step> steps) {
    try (StepResult result = model.run(steps)) {
      for (int i = 0; i < result.size(); i++) {
        if (model.outputs().contains("logits")) {
          add(sha, result.get(i).logits());
        }
        if (model.outputs().contains("last_hidden_state")) {
          add(sha, result.get(i).lastHiddenState());
        }
      }
    }
  }

  private static void add(MessageDigest sha, FloatRows table) {
    ByteBuffer bytes =
        ByteBuffer.allocate(table.width() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < table.rows(); row++) {
      bytes.asFloatBuffer().put(table.row(row));
      sha.update(bytes.duplicate());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
