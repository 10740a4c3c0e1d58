package io.deltaport.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
  @TempDir private Path root = Path.of("");

  @Test
  void thisMachineHasSome() {
    assertTrue(AvailableMemory.bytes() > 0);
  }

  @Test
  void withoutAGroupItIsTheMachines() throws IOException {
    write("proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    4000 kB\n");
    assertEquals(4000 * 1024, AvailableMemory.within(root));
  }

  @Test
  void aContainerHasWhatItsLimitLeaves() throws IOException {
    write("proc/meminfo", "MemAvailable: 4000 kB\n");
    write("proc/self/cgroup", "0::/pod/app\n");
    write("sys/fs/cgroup/pod/app/memory.max", "max\n");
    write("sys/fs/cgroup/pod/memory.max", "1000000\n");
    write("sys/fs/cgroup/pod/memory.current", "700000\n");
    write("sys/fs/cgroup/pod/memory.stat", "anon 5\ninactive_file 100000\n");
    assertEquals(400_000, AvailableMemory.within(root));
  }

  @Test
  void theOldLayoutHasFilesOfItsOwn() throws IOException {
    write("proc/meminfo", "MemAvailable: 4000 kB\n");
    write("proc/self/cgroup", "9:memory:/app\n4:cpu:/app\n");
    write("sys/fs/cgroup/memory/app/memory.limit_in_bytes", "1000000\n");
    write("sys/fs/cgroup/memory/app/memory.usage_in_bytes", "1200000\n");
    assertEquals(0, AvailableMemory.within(root));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
