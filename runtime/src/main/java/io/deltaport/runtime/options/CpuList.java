package io.deltaport.runtime.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Linux's lists of CPUs: {@code 0,2,4-7}. */
public final class CpuList {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  private CpuList() {}

  /** The CPUs in the order given, none where the text is not such a list. */
  public static Optional<List<Integer>> parse(String text) {
    List<Integer> cpus = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first) {
        return Optional.empty();
      }
      IntStream.rangeClosed(first, last).forEach(cpus::add);
    }
    return Optional.of(List.copyOf(cpus));
  }
}
