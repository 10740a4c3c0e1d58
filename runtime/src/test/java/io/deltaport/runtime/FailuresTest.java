package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import io.deltaport.kernels.KernelLibrary;
import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.run.GraphRunner;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.session.GraphSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong changes no sequence. */
class FailuresTest {
  private final int[] text = Tiny.ids(40, 31);
  private final int[] next = Tiny.ids(6, 32);

  @Test
  @DisplayName("pitfall 33: a run that fails in its last layer leaves no trace; the retry equals")
  void halfWay(@TempDir Path temp) throws IOException {
    try (Model model = Tiny.open();
        Sequence sequence = model.newSequence();
        Sequence untouched = model.newSequence();
        GraphRunner broken = brokenInItsLastLayer(model, temp)) {
      sequence.append(text);
      untouched.append(text);
      long used = model.pool().used();
      Packing packing = broken.packing();
      packing.add(
          SaveState.EVERY.advance(sequence.state(), next),
          new int[] {5},
          new int[0],
          new int[0],
          0);

      RunException e = assertThrows(RunException.class, () -> broken.run(packing));

      assertEquals(RunException.Reason.BACKEND, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("GatedAttention"), e.getMessage());
      assertEquals(used, model.pool().used());
      assertArrayEquals(text, sequence.ids());
      Tiny.assertSame(Tiny.next(untouched, next), Tiny.next(sequence, next));
    }
  }

  @Test
  @DisplayName("pitfall 33: a cancelled input leaves the sequence as it was, chunks done included")
  void cancelledBetweenChunks() {
    try (Model model = Model.open(Tiny.KJV_TINY, Tiny.EXACT.withChunk(8));
        Sequence sequence = model.newSequence();
        Sequence untouched = model.newSequence()) {
      sequence.append(text);
      untouched.append(text);
      long used = model.pool().used();
      Cancellation cancellation = new Cancellation();
      int[] ids = Tiny.ids(400, 33);
      CountDownLatch started = new CountDownLatch(1);
      Thread canceller =
          new Thread(
              () -> {
                started.countDown();
                cancellation.cancel();
              });
      RunException e =
          assertThrows(
              RunException.class,
              () -> {
                canceller.start();
                started.await();
                while (true) {
                  try (Sequence fork = sequence.fork()) {
                    fork.append(cancellation, ids);
                  }
                }
              });
      assertEquals(RunException.Reason.CANCELLED, e.reason());
      assertEquals(used, model.pool().used());
      assertThrows(RunException.class, () -> sequence.append(cancellation, ids));
      assertArrayEquals(text, sequence.ids());
      Tiny.assertSame(Tiny.next(untouched, next), Tiny.next(sequence, next));
    }
  }

  @Test
  void wrongArgumentsAreRefusedInOneLine() {
    try (Model model = Tiny.open();
        Model other = Tiny.open();
        Sequence sequence = model.newSequence();
        Sequence foreign = other.newSequence()) {
      refused("token 1 of a step is 2048, ids are 0 to 2047", model, Step.of(sequence, 1, 2048));
      refused("token 0 of a step is -1, ids are 0 to 2047", model, Step.of(sequence, -1));
      refused("a sequence belongs to another model", model, Step.of(foreign, 1));
      refused("a run needs at least one step", model);
      refused(
          "this sequence is in use by another call or step",
          model,
          Step.of(sequence, 1),
          Step.of(sequence, 2));
      refused(
          "row selection: token 2 of a step of 1 tokens",
          model,
          Step.of(sequence, 1).logits(RowSelection.of(2)));
      assertEquals(0, sequence.length());
      assertEquals(0, model.pool().used());
      assertEquals(1, Tiny.next(sequence, 1).length);
    }
  }

  @Test
  void whatIsClosedSaysSo() {
    Model model = Tiny.open();
    Sequence sequence = model.newSequence();
    StepResult result = model.run(List.of(Step.of(sequence, 1)));
    FloatRows logits = result.get(0).logits();
    result.close();
    assertEquals(
        "this result is closed",
        assertThrows(RunException.class, () -> logits.get(0, 0)).getMessage());
    model.close();
    refused("this model is closed", model, Step.of(sequence, 1));
    sequence.close();
    refused("this sequence is closed", model, Step.of(sequence, 1));
    model.close();
  }

  @Test
  void stateBeyondItsLimitIsRefusedWithNumbers() {
    ModelOptions small = Tiny.EXACT.with(new Capacity(4, 64, 1_500_000));
    try (Model model = Model.open(Tiny.KJV_TINY, small);
        Sequence sequence = model.newSequence()) {
      sequence.append(text);
      RunException e = assertThrows(RunException.class, () -> sequence.append(Tiny.ids(5000, 34)));
      assertEquals(RunException.Reason.CAPACITY, e.reason());
      assertTrue(
          String.valueOf(e.getMessage()).endsWith("more than the limit of 1500000 bytes"),
          e.getMessage());
      assertArrayEquals(text, sequence.ids());
    }
  }

  private static void refused(String message, Model model, Step... steps) {
    RunException e = assertThrows(RunException.class, () -> model.run(List.of(steps)));
    assertEquals(message, e.getMessage());
  }

  /** The model's graph with a layer number that its pool does not have, in the last attention. */
  private static GraphRunner brokenInItsLastLayer(Model model, Path temp) throws IOException {
    Path graph = temp.resolve("model.onnx");
    OnnxMl.ModelProto proto;
    try (InputStream in = Files.newInputStream(model.directory().resolve("model.onnx"))) {
      proto = OnnxMl.ModelProto.parseFrom(in);
    }
    OnnxMl.ModelProto.Builder edited = proto.toBuilder();
    int last = -1;
    for (int i = 0; i < proto.getGraph().getNodeCount(); i++) {
      last = proto.getGraph().getNode(i).getOpType().equals("GatedAttention") ? i : last;
    }
    edited.getGraphBuilder().getNodeBuilder(last).getAttributeBuilderList().stream()
        .filter(attribute -> attribute.getName().equals("layer"))
        .forEach(attribute -> attribute.setI(99));
    Files.write(graph, edited.build().toByteArray());
    GraphSession session =
        GraphSession.open(
            graph, Tiny.KJV_TINY.toAbsolutePath(), KernelLibrary.path(), model.options(), null);
    return new GraphRunner(session, model.pool(), Set.of());
  }
}
