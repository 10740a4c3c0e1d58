package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import io.deltaport.directory.state.StateLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativePoolTest {
  private static final State STATE =
      new State(
          List.of(
              new StateLayer.LinearAttention(0, 4, 22, 3, 2, 6),
              new StateLayer.FullAttention(1, 2, 3)));
  private static final int RECURRENT_BYTES = 4 * 3 * 2 * 6;

  private static NativePool pool() {
    return NativePool.create(STATE, 5, 7, 4, KvType.F32);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static float first(NativePool pool, StatePart part, long index, int bytes) {
    ByteBuffer to = buffer(bytes);
    pool.read(part == StatePart.KEY ? 1 : 0, part, index, to);
    assertEquals(0, to.remaining());
    return to.getFloat(0);
  }

  private static void refused(String message, Runnable action) {
    assertEquals(message, assertThrows(KernelException.class, action::run).getMessage());
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  @DisplayName("a pool holds as many bytes as the contract's formulas say")
  void bytesCountSlotsAndBlocks(KvType kv) {
    try (NativePool pool = NativePool.create(STATE, 5, 7, 4, kv)) {
      assertEquals(5 * STATE.slotBytes() + 7 * STATE.blockBytes(kv, 4), pool.bytes());
    }
  }

  @Test
  void slotsAreKeptWhenThePoolGrows() {
    try (NativePool pool = pool()) {
      pool.write(0, StatePart.RECURRENT, 1, buffer(RECURRENT_BYTES).putFloat(0, 2.5f));
      pool.grow(50, 70);
      assertEquals(2.5f, first(pool, StatePart.RECURRENT, 1, RECURRENT_BYTES));
      assertEquals(0, first(pool, StatePart.RECURRENT, 49, RECURRENT_BYTES));
    }
  }

  @Test
  void blocksAreCopied() {
    try (NativePool pool = pool()) {
      pool.write(1, StatePart.KEY, 0, buffer(96).putFloat(0, 3));
      pool.copyBlocks(new int[] {0}, new int[] {6}, 1);
      assertEquals(3, first(pool, StatePart.KEY, 6, 96));
    }
  }

  @Test
  void aBufferIsReadFromItsPosition() {
    try (NativePool pool = pool()) {
      ByteBuffer from = buffer(RECURRENT_BYTES + 4).putFloat(0, 1).putFloat(4, 2);
      pool.write(0, StatePart.RECURRENT, 0, from.position(4));
      assertEquals(2, first(pool, StatePart.RECURRENT, 0, RECURRENT_BYTES));
    }
  }

  @Test
  void errorsComeInOneLine() {
    try (NativePool pool = pool()) {
      refused("slot 5 is not in the pool's 5", () -> first(pool, StatePart.CONV, 5, 264));
      refused(
          "layer 0 part 1: expected 144 bytes, found 8",
          () -> first(pool, StatePart.RECURRENT, 0, 8));
      refused(
          "expected a direct buffer",
          () -> pool.read(0, StatePart.CONV, 0, ByteBuffer.allocate(264)));
      refused(
          "expected as many entries as are to be copied",
          () -> pool.copyBlocks(new int[] {0}, new int[] {1, 2}, 2));
      refused("a pool cannot shrink from 5 slots and 7 blocks to 4 and 7", () -> pool.grow(4, 7));
    }
    refused(
        "layers: expected at least 1, found 0",
        () -> NativePool.create(new State(List.of()), 1, 1, 1, KvType.F32));
  }

  @Test
  void aClosedPoolIsRefused() {
    NativePool pool = pool();
    pool.close();
    refused("no state pool has the handle " + pool.handle(), pool::bytes);
    refused("no state pool has the handle " + pool.handle(), pool::close);
  }
}
