package io.deltaport.cli;

import io.deltaport.directory.Progress;
import org.jspecify.annotations.Nullable;

/** A progress bar for each stage of a conversion. */
final class StageProgress implements Progress, AutoCloseable {
  private static final long BYTES = 1_000_000;

  private @Nullable ProgressLine line;

  @Override
  public void stage(String name, long bytes) {
    close();
    line = ProgressLine.of(name, "MB", BYTES, bytes);
  }

  @Override
  public void advance(long bytes) {
    if (line != null) {
      line.add(bytes);
    }
  }

  @Override
  public void note(String text) {
    close();
    System.err.println(text);
  }

  @Override
  public void close() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
