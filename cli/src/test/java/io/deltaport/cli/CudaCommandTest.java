package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.runtime.cuda.CudaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands with ONNX Runtime's GPU jar over the stand-in, each in a process of its own. */
@EnabledIfSystemProperty(named = CudaCommandTest.STANDIN, matches = ".+")
class CudaCommandTest {
  /** The stand-in's libcudart.so.12; its other libraries lie beside it. */
  static final String STANDIN = "deltaport.standin";

  private static final String MODEL = Cli.KJV.toAbsolutePath().normalize().toString();

  @TempDir private Path temp = Path.of("");

  @Test
  void doctorFindsAllThatIsThere() throws Exception {
    String text = child(libraries()).run("doctor", MODEL).done();
    assertTrue(text.contains("CUDA works"), text);
    assertFalse(text.contains("missing"), text);
    assertTrue(text.contains(" free: yes"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "libcublasLt.so.12, nvidia-cublas-cu12",
    "libcublas.so.12, nvidia-cublas-cu12",
    "libcurand.so.10, nvidia-curand-cu12",
    "libcudart.so.12, nvidia-cuda-runtime-cu12",
    "libcuda.so.1, NVIDIA's driver"
  })
  void missingLibraryIsNamedWithThePackageThatHasIt(String missing, String source)
      throws Exception {
    Path folder = Files.createDirectory(temp.resolve("libraries"));
    for (CudaLibrary library : CudaLibrary.values()) {
      if (!library.file().equals(missing)) {
        Files.copy(libraries().resolve(library.file()), folder.resolve(library.file()));
      }
    }
    String text = child(folder).run("doctor").done();
    assertTrue(text.matches("(?s).*\n%s +missing\n.*".formatted(missing)), text);
    String reason = "(?s).*CUDA cannot run here:\n.*  %s: .*\\([^\n]*%s.*";
    assertTrue(text.matches(reason.formatted(missing, source)), text);
  }

  @Test
  void errorNamesEveryMissingLibraryInOneLine() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("libraries"));
    Cli refused = child(empty).run("generate", MODEL, "x", "--device", "cuda");
    for (CudaLibrary library : CudaLibrary.values()) {
      refused.failed(library.file() + ": cannot open shared object file");
      refused.failed("(" + library.source() + ")");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dead-driver, CUDA: the driver does not start: unknown error (error 999)",
    "no-device, CUDA: the driver finds no GPU"
  })
  void driverThatDoesNotWorkIsOneLine(String fault, String words) throws Exception {
    ChildProcess child = child(libraries()).withVariable("DELTAPORT_STANDIN", fault);
    String text = child.run("doctor").done();
    assertTrue(text.contains("CUDA cannot run here:\n  " + words + "\n"), text);
    child.run("generate", MODEL, "x", "--device", "cuda").failed(words);
    Cli fallen = child.run("generate", MODEL, "In", "--device", "auto", "--max-new-tokens", "1");
    assertEquals(0, fallen.code(), fallen.err());
    assertTrue(fallen.err().contains("device: cpu (CUDA cannot run here: " + words), fallen.err());
  }

  @Test
  void modelThatDoesNotFitIsShownTheOptionThatHelps() throws Exception {
    ChildProcess child = child(libraries()).withVariable("DELTAPORT_STANDIN", "memory=8000000");
    String text = child.run("doctor", MODEL).done();
    assertTrue(
        text.matches(
            "(?s).* free: with --experts host, which leaves 6.3 MB in host memory, with .*"),
        text);
    child.run("generate", MODEL, "In", "--device", "cuda").failed("--experts host");
    Cli ran =
        child.run(
            "generate",
            MODEL,
            "In",
            "--device=cuda",
            "--experts=host",
            "--expert-slots=8",
            "--max-new-tokens=2");
    assertEquals(0, ran.code(), ran.err());
  }

  @Test
  void greedyTextIsThatOfTransformers() throws Exception {
    JsonNode golden = Cli.reference().get("greedy").get(0);
    Cli ran =
        child(libraries())
            .run(
                "generate",
                MODEL,
                golden.get("prompt").textValue(),
                "--device=cuda",
                "--compute=exact",
                "--max-new-tokens=16");
    assertFalse(ran.out().isEmpty(), ran.err());
    assertTrue(golden.get("text").textValue().startsWith(ran.out()), ran.out());
  }

  private static Path libraries() {
    return Path.of(System.getProperty(STANDIN)).toAbsolutePath().resolveSibling("");
  }

  private ChildProcess child(Path libraries) throws IOException, InterruptedException {
    String natives = "onnxruntime.native.path";
    return new ChildProcess(temp)
        .with("-D%s=%s".formatted(natives, System.getProperty(natives)))
        .withVariable("LD_LIBRARY_PATH", libraries.toString());
  }
}
