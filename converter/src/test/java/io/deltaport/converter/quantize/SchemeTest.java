package io.deltaport.converter.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Format;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemeTest {
  @ParameterizedTest
  @EnumSource(Scheme.class)
  void whatDecaysGatesAndRoutesStaysAsItIs(Scheme scheme) {
    for (Role role :
        List.of(
            Role.DELTA_BA,
            Role.DELTA_B,
            Role.DELTA_A,
            Role.ROUTER,
            Role.SHARED_EXPERT_GATE,
            Role.DELTA_CONV,
            Role.FINAL_NORM,
            Role.ATTENTION_Q_BIAS)) {
      assertTrue(scheme.encoder(role).isEmpty(), role.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void embeddingAndHeadAreInt8(Scheme scheme) {
    assertEquals(Format.INT8, format(scheme, Role.EMBEDDING));
    assertEquals(Format.INT8, format(scheme, Role.HEAD));
  }

  @Test
  void mixedIsInt4ForRoutedExpertsAlone() {
    List<Role> int4 =
        Arrays.stream(Role.values())
            .filter(role -> Scheme.MIXED.encoder(role).isPresent())
            .filter(role -> format(Scheme.MIXED, role) == Format.INT4)
            .toList();
    assertEquals(List.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN), int4);
    assertEquals(Format.INT8, format(Scheme.MIXED, Role.SHARED_UP));
  }

  @Test
  void onlyMatricesAreQuantised() {
    for (Role role : Role.values()) {
      assertTrue(role.matrix() || Scheme.INT8.encoder(role).isEmpty(), role.name());
    }
  }

  private static Format format(Scheme scheme, Role role) {
    return scheme.encoder(role).orElseThrow().format();
  }
}
