package io.deltaport.runtime.open;

import io.deltaport.directory.Progress;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Brings files into the system's page cache, one after the other, as fast as the disk reads. */
final class PageCache {
  private static final long WINDOW = 1L << 30;
  private static final int CHUNK = 8 << 20;

  private PageCache() {}

  /** Reads those files that are not there yet. */
  static void fill(List<Path> files, Progress progress) {
    List<Path> missing = new ArrayList<>();
    long bytes = 0;
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        if (!isLoaded(channel)) {
          missing.add(file);
          bytes += channel.size();
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }
    if (!missing.isEmpty()) {
      progress.stage("reading weights", bytes);
      ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
      missing.forEach(file -> read(file, buffer, progress));
    }
  }

  private static boolean isLoaded(FileChannel channel) throws IOException {
    long size = channel.size();
    for (long at = 0; at < size; at += WINDOW) {
      long length = Math.min(WINDOW, size - at);
      if (!channel.map(FileChannel.MapMode.READ_ONLY, at, length).isLoaded()) {
        return false;
      }
    }
    return true;
  }

  private static void read(Path file, ByteBuffer buffer, Progress progress) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) > 0) {
        progress.advance(buffer.position());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static RunException unreadable(Path file, IOException e) {
    return new RunException(
        RunException.Reason.MODEL, file + ": a readable file expected, found " + e, e);
  }
}
