package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.directory.graph.Op;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table that graphs are built and checked by is what the kernels declare. */
class OpTableTest {
  /** Is in no model, so in no table. */
  private static final String SELF_TEST = "SelfTest|";

  @Test
  void theOpsOfTheCpuAreThoseOfTheTable() {
    assertEquals(lines(table()), lines(declared("cpu|")));
  }

  @Test
  void theOpsOfCudaAreThoseOfTheTable() {
    assertEquals(lines(table()), lines(declared("cuda|")));
  }

  private static List<String> table() {
    return Arrays.stream(Op.values()).map(Op::declaration).toList();
  }

  private static List<String> declared(String provider) {
    return KernelLibrary.ops()
        .lines()
        .filter(line -> line.startsWith(provider))
        .map(line -> line.substring(provider.length()))
        .filter(line -> !line.startsWith(SELF_TEST))
        .toList();
  }

  private static String lines(List<String> declarations) {
    assertEquals(declarations.size(), new TreeSet<>(declarations).size(), "one twice");
    return String.join("\n", new TreeSet<>(declarations));
  }
}
