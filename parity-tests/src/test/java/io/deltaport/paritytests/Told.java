package io.deltaport.paritytests;

import io.deltaport.directory.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what a progress is told. */
class Told implements Progress {
  /** Bytes that each stage was said to have. */
  final Map<String, Long> stated = new TreeMap<>();

  /** Bytes of each stage that are done. */
  final Map<String, Long> done = new TreeMap<>();

  final List<String> notes = new ArrayList<>();
  private String stage = "";

  @Override
  public void stage(String name, long bytes) {
    stage = name;
    stated.put(name, bytes);
  }

  @Override
  public void advance(long bytes) {
    done.merge(stage, bytes, Long::sum);
  }

  @Override
  public void note(String line) {
    notes.add(line);
  }
}
