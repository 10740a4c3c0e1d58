package io.deltaport.converter;

import java.nio.file.Path;

/** The checkpoints of {@code fixtures/}. */
final class Fixtures {
  private Fixtures() {}

  static Path fixture(String name) {
    return Path.of("..", "fixtures", name);
  }
}
