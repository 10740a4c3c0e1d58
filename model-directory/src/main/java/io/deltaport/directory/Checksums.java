package io.deltaport.directory;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** The checksums of a {@link FileEntry}, read from a file. */
public final class Checksums implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final int PAGES = 256;
  private static final int CHUNK = 1 << 22;

  private final Path path;
  private final FileChannel channel;
  private final long bytes;

  private Checksums(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
    this.bytes = channel.size();
  }

  /** Opens a file, which the caller knows to be a regular one. */
  public static Checksums of(Path path) {
    try {
      return new Checksums(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Size of the file. */
  public long bytes() {
    return bytes;
  }

  /**
   * SHA-256 of a safetensors header: its 8 bytes of length and so many bytes as they say, at most
   * to the file's end.
   */
  public String header() {
    MessageDigest digest = sha256();
    ByteBuffer length =
        read(0, ByteBuffer.allocate((int) Math.min(8, bytes)).order(ByteOrder.LITTLE_ENDIAN));
    long header = length.capacity() < 8 ? 0 : length.getLong(0);
    long end = header < 0 || header > bytes - 8 ? bytes : 8 + header;
    range(digest, 0, end, n -> {});
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * SHA-256 of 256 evenly spaced pages of 4 KiB, the first and the last among them; of all bytes
   * where there are fewer.
   */
  public String pages() {
    MessageDigest digest = sha256();
    long pages = (bytes + PAGE - 1) / PAGE;
    long taken = Math.min(pages, PAGES);
    for (long i = 0; i < taken; i++) {
      long page = pages <= PAGES ? i : i * (pages - 1) / (PAGES - 1);
      range(digest, page * PAGE, Math.min(bytes, page * PAGE + PAGE), n -> {});
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * SHA-256 of the whole file.
   *
   * @param progress told of each number of bytes read
   */
  public String whole(LongConsumer progress) {
    MessageDigest digest = sha256();
    range(digest, 0, bytes, progress);
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private void range(MessageDigest digest, long from, long end, LongConsumer progress) {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, Math.max(end - from, 1)));
    for (long at = from; at < end; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      digest.update(read(at, buffer));
      progress.accept(buffer.limit());
    }
  }

  private ByteBuffer read(long from, ByteBuffer buffer) {
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, from + buffer.position()) < 0) {
          throw CheckpointException.refused(
              String.valueOf(path.getFileName()),
              bytes + " bytes",
              "end of file at " + (from + buffer.position()));
        }
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return buffer.flip();
  }

  /** A digest of nothing yet. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static CheckpointException unreadable(Path path, IOException e) {
    return new CheckpointException(
        new Problem(path.toString(), "a readable file", e.toString()), e);
  }
}
