package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** With the ONNX Runtime of the default build, which has no CUDA provider. */
class DoctorCommandTest {
  private static final String NO_PROVIDER = "this ONNX Runtime has no CUDA provider";

  @Test
  void namesWhatIsMissingAndWhatHasIt() {
    String text = Cli.run("doctor").done();
    assertTrue(text.contains("CUDA cannot run here:\n  " + NO_PROVIDER), text);
    assertTrue(text.contains("onnxruntime_gpu"), text);
  }

  @Test
  void errorOfDeviceCudaHasTheSameWords() throws IOException {
    JsonNode doctor = new ObjectMapper().readTree(Cli.run("doctor", "--json").done());
    assertEquals(false, doctor.get("works").asBoolean());
    Cli refused = Cli.run("generate", Cli.MODEL, "x", "--device", "cuda");
    assertEquals(2, refused.code());
    for (JsonNode problem : doctor.get("problems")) {
      assertTrue(refused.err().contains(problem.asText()), refused.err());
    }
    assertEquals(1, refused.err().lines().count());
  }

  @Test
  void autoFallsBackWithOneLine() {
    Cli ran = Cli.run("generate", Cli.MODEL, "In", "--device", "auto", "--max-new-tokens", "1");
    assertEquals(0, ran.code());
    assertTrue(!ran.out().isEmpty());
  }
}
