package io.deltaport.runtime.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The control groups that bind this process, such as a container's. */
public final class ControlGroups {
  private ControlGroups() {}

  /**
   * A group, or one around it.
   *
   * @param directory where its files are
   * @param isUnified whether they are those of version 2
   */
  public record Group(Path directory, boolean isUnified) {
    /** The first line of one of its files, where that is there. */
    public Optional<String> first(String file) {
      return lines(directory.resolve(file)).stream().map(String::strip).findFirst();
    }

    /** A number in one of its files; empty where there is none, or it says {@code max}. */
    public Optional<Long> number(String file) {
      return first(file).flatMap(Group::parsed);
    }

    /** The number after a name in one of its files, a name and a number a line. */
    public Optional<Long> number(String file, String name) {
      return lines(directory.resolve(file)).stream()
          .filter(line -> line.startsWith(name + " "))
          .findFirst()
          .flatMap(line -> parsed(line.substring(name.length() + 1).strip()));
    }

    private static Optional<Long> parsed(String text) {
      try {
        return Optional.of(Long.parseLong(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Those of a controller, such as {@code cpu}.
   *
   * @param root the files of the machine lie under it
   */
  public static List<Group> of(Path root, String controller) {
    List<Group> groups = new ArrayList<>();
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3) {
        add(root.resolve("sys/fs/cgroup"), controller, fields[1], fields[2], groups);
      }
    }
    return groups;
  }

  private static void add(
      Path mount, String controller, String controllers, String group, List<Group> groups) {
    boolean unified = controllers.isEmpty();
    if (!unified && !List.of(controllers.split(",")).contains(controller)) {
      return;
    }
    Path top = unified ? mount : mount.resolve(controller);
    Path relative = Path.of("/").relativize(Path.of(group).normalize());
    for (Path at = top.resolve(relative); at != null && at.startsWith(top); at = at.getParent()) {
      groups.add(new Group(at, unified));
    }
  }

  /** Of a file that may not be there. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
