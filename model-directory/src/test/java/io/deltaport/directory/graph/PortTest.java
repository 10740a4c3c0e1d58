package io.deltaport.directory.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortTest {
  @Test
  void namesAreFoundAgain() {
    for (Port port : Port.values()) {
      String key = port.direction() == Port.Direction.TAP ? port.key(12) : port.key();
      assertEquals(Optional.of(port), Port.of(key));
    }
    assertEquals(12, Port.ROUTER_LOGITS.number(Port.ROUTER_LOGITS.key(12)));
    assertTrue(Port.of("hidden_states").isEmpty());
    assertTrue(Port.of("hidden_states.-1").isEmpty());
  }

  @Test
  void aGraphDeclaresTheModelsWidth() {
    assertEquals(
        ValueInfo.of("logits", ElementType.FLOAT, Dim.of("n"), Dim.of(7)), Port.LOGITS.info(7));
    assertEquals(
        ValueInfo.of("cu_seq_lens", ElementType.INT32, Dim.of("seqs+1")), Port.CU_SEQ_LENS.info());
    assertEquals(ValueInfo.of("state", ElementType.INT64, Dim.of(1)), Port.STATE.info());
    assertThrows(IllegalArgumentException.class, Port.LOGITS::info);
    assertThrows(IllegalArgumentException.class, Port.HIDDEN_STATES::key);
  }
}
