package io.deltaport.runtime.options;

import java.util.List;
import java.util.Objects;

/**
 * Which CPUs the threads of a model's runs keep to, one each; the thread that asks for a run keeps
 * to its CPU as long as the run lasts.
 *
 * @param choice who chooses them
 * @param cpus those of {@link Choice#LIST} by their numbers in the system, each once; else none
 */
public record Pinning(Choice choice, List<Integer> cpus) {
  /** Who chooses the CPUs of threads. */
  public enum Choice {
    /** The system, anew at any time. */
    SYSTEM,
    /**
     * Deltaport, when the model is opened: of those that the opening thread may run on, the ones to
     * which the fewest open models of this process are pinned, a core's second CPU after the first
     * ones of all.
     */
    AUTO,
    /** The caller; the first thread gets the first one. */
    LIST
  }

  /** Threads run where the system puts them. */
  public static final Pinning NONE = new Pinning(Choice.SYSTEM, List.of());

  public static final Pinning AUTO = new Pinning(Choice.AUTO, List.of());

  public Pinning {
    Objects.requireNonNull(choice);
    cpus = List.copyOf(cpus);
    boolean named = !cpus.isEmpty();
    if (named != (choice == Choice.LIST)
        || cpus.stream().distinct().count() != cpus.size()
        || cpus.stream().anyMatch(cpu -> cpu < 0)) {
      throw wrong(choice + " " + cpus);
    }
  }

  /** Those CPUs; a model that does not say how many threads it uses has one for each of them. */
  public static Pinning to(List<Integer> cpus) {
    return new Pinning(Choice.LIST, cpus);
  }

  /** {@code auto}, or CPUs in the form {@code 0,2,4-7}. */
  public static Pinning parse(String text) {
    return text.equalsIgnoreCase("auto")
        ? AUTO
        : to(CpuList.parse(text).orElseThrow(() -> wrong(text)));
  }

  private static RunException wrong(String found) {
    return new RunException(
        RunException.Reason.ARGUMENT,
        "pinning: expected auto or CPUs, each once, as in 0,2,4-7; found " + found);
  }
}
