package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KernelLibraryTest {
  @Test
  void theLibraryLiesInADirectoryOfThisUserAlone() throws IOException {
    Path library = KernelLibrary.path();
    assertTrue(Files.isRegularFile(library));
    Path directory = library.resolveSibling(".").normalize();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  @Test
  void itIsLoadedOnce() {
    assertEquals(KernelLibrary.path(), KernelLibrary.path());
    assertFalse(KernelLibrary.kernels().isEmpty());
  }

  @Test
  @DisplayName("pitfall 34: ONNX Runtime's telemetry is off in the environment of this process")
  void telemetryIsOff() {
    KernelLibrary.path();
    Native.setDefaultEnvironment("ORT_DISABLE_TELEMETRY", "0");
    assertEquals("1", Native.environment("ORT_DISABLE_TELEMETRY"));
  }

  @Test
  void aPlatformWithoutKernelsIsNamed() {
    assertEquals("linux-x86_64", KernelLibrary.platform("Linux", "amd64"));
    assertEquals("linux-aarch64", KernelLibrary.platform("Linux", "aarch64"));
    KernelException e =
        assertThrows(KernelException.class, () -> KernelLibrary.platform("Mac OS X", "aarch64"));
    assertEquals(
        "Deltaport's kernels run on Linux x86-64 and aarch64, found Mac OS X aarch64",
        e.getMessage());
    assertThrows(KernelException.class, () -> KernelLibrary.platform("Linux", "riscv64"));
  }
}
