package io.deltaport.runtime.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorsTest {
  @TempDir Path root;

  @Test
  void withoutAQuotaThereAreAllProcessors() throws IOException {
    assertEquals(8, Processors.within(root, 8));
    write("proc/self/cgroup", "0::/\n");
    assertEquals(8, Processors.within(root, 8));
    write("sys/fs/cgroup/cpu.max", "max 100000\n");
    assertEquals(8, Processors.within(root, 8));
    assertTrue(Processors.available() >= 1);
    assertTrue(Processors.available() <= Runtime.getRuntime().availableProcessors());
  }

  @Test
  @DisplayName("pitfall 54: a quota is rounded down, to one thread at least")
  void aQuotaIsRoundedDownToAtLeastOne() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/cpu.max", "150000 100000\n");
    assertEquals(1, Processors.within(root, 8));
    write("sys/fs/cgroup/cpu.max", "50000 100000\n");
    assertEquals(1, Processors.within(root, 8));
    write("sys/fs/cgroup/cpu.max", "399999 100000\n");
    assertEquals(3, Processors.within(root, 8));
    assertEquals(2, Processors.within(root, 2));
  }

  @Test
  void theGroupsAroundCountToo() throws IOException {
    write("proc/self/cgroup", "0::/pod/app\n");
    write("sys/fs/cgroup/cpu.max", "max 100000\n");
    write("sys/fs/cgroup/pod/cpu.max", "300000 100000\n");
    write("sys/fs/cgroup/pod/app/cpu.max", "600000 100000\n");
    assertEquals(3, Processors.within(root, 8));
  }

  @Test
  void theOldLayoutHasFilesOfItsOwn() throws IOException {
    write("proc/self/cgroup", "11:memory:/app\n4:cpu,cpuacct:/app\n0::/app\n");
    write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "-1\n");
    write("sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
    assertEquals(8, Processors.within(root, 8));
    write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "250000\n");
    assertEquals(2, Processors.within(root, 8));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
