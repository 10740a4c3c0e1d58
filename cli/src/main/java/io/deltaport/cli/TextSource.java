package io.deltaport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the text that an argument names: a file, or {@code -} for standard input. */
final class TextSource {
  static final String STANDARD_INPUT = "-";
  private static final int MOST_BYTES = 64 << 20;

  private TextSource() {}

  static String read(String fileOrDash) {
    if (fileOrDash.equals(STANDARD_INPUT)) {
      return read(System.in, "standard input");
    }
    Path file = Path.of(fileOrDash);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new CommandException(fileOrDash + ": expected a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, fileOrDash);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(InputStream in, String name) {
    try {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new CommandException(name + ": expected at most " + MOST_BYTES + " bytes of text");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CommandException(name + ": expected UTF-8 text");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
