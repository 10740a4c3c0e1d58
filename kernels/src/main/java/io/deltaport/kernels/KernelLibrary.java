package io.deltaport.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The native library, extracted from the jar and loaded once a process.
 *
 * <p>Loading it also sets {@code ORT_DISABLE_TELEMETRY=1} in the environment of the process, unless
 * the user has set the variable: ONNX Runtime reads it when its environment is created, and writes
 * and sends telemetry if it is not there. So load the library before ONNX Runtime is touched.
 */
public final class KernelLibrary {
  private static final String FILE = "libdeltaport.so";
  private static final String SELF_TEST = "self_test.onnx";
  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "x86_64", "x86_64", "x86_64", "aarch64", "aarch64");

  private KernelLibrary() {}

  /**
   * The library's file, for {@code SessionOptions.registerCustomOpLibrary}; loads it at the first
   * call.
   *
   * @throws KernelException where the platform has no kernels or the file cannot be extracted or
   *     loaded
   */
  public static Path path() {
    return Loaded.PATH;
  }

  /**
   * The level that is used where a session names none: {@code DELTAPORT_KERNELS}, else the best of
   * this CPU.
   */
  public static String kernels() {
    path();
    return Native.kernels();
  }

  /**
   * What every op declares, one a line for each provider: {@code provider|name|inputs|outputs|
   * attributes}.
   */
  public static String ops() {
    path();
    return Native.ops();
  }

  /**
   * Loads a shared library by the name that the system's loader knows it by, for all that is loaded
   * later; gives the loader's words where it cannot.
   */
  public static Optional<String> load(String name) {
    path();
    String error = Native.loadLibrary(name);
    return error.isEmpty() ? Optional.empty() : Optional.of(error);
  }

  /**
   * An ONNX model of one {@code SelfTest} node, {@code x} f32 {@code [n]} to {@code y = 2 x}. A
   * session over it with {@code deltaport.compute=exact}, run once, fails with a clear message
   * where ONNX Runtime's C ABI is not the one that the kernels were written for.
   */
  public static byte[] selfTestModel() {
    try (InputStream model = KernelLibrary.class.getResourceAsStream(SELF_TEST)) {
      if (model == null) {
        throw new KernelException("this build of Deltaport has no " + SELF_TEST);
      }
      return model.readAllBytes();
    } catch (IOException e) {
      throw new KernelException(SELF_TEST + ": " + e.getMessage(), e);
    }
  }

  /** Loads at first use, once. */
  private static final class Loaded {
    static final Path PATH = load();
  }

  private static Path load() {
    String resource =
        platform(System.getProperty("os.name"), System.getProperty("os.arch")) + "/" + FILE;
    try (InputStream library = KernelLibrary.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new KernelException("this build of Deltaport has no kernels at " + resource);
      }
      Path file = extract(library);
      System.load(file.toString());
      Native.setDefaultEnvironment("ORT_DISABLE_TELEMETRY", "1");
      return file;
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new KernelException(
          "cannot load the kernels from "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** The folder of the jar that holds the library for a platform. */
  static String platform(String os, String architecture) {
    String known = ARCHITECTURES.get(architecture.toLowerCase(Locale.ROOT));
    if (!os.equals("Linux") || known == null) {
      throw new KernelException(
          "Deltaport's kernels run on Linux x86-64 and aarch64, found " + os + " " + architecture);
    }
    return "linux-" + known;
  }

  /**
   * Into a new directory that only this user can enter; ONNX Runtime opens the file again for every
   * session.
   */
  private static Path extract(InputStream library) throws IOException {
    Path directory = Files.createTempDirectory("deltaport");
    directory.toFile().deleteOnExit();
    Path file = directory.resolve(FILE);
    Files.copy(library, file);
    file.toFile().deleteOnExit();
    return file;
  }
}
