package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.NewShards;
import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.directory.Checksums;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * What a rewriting makes of what, as a hash: a killed conversion is gone on with only if it is the
 * same.
 */
final class Fingerprint {
  private Fingerprint() {}

  static String of(List<Shard> shards, NewShards made, String calibration) {
    MessageDigest digest = Checksums.sha256();
    update(digest, Version.get());
    update(digest, calibration);
    for (Shard shard : shards) {
      try (Checksums sums = Checksums.of(shard.path())) {
        update(
            digest,
            shard.name() + " " + shard.bytes() + " " + modified(shard) + " " + sums.header());
      }
    }
    for (Rewrite rewrite : made.rewrites()) {
      update(digest, rewrite.toString());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
  }

  private static String modified(Shard shard) {
    try {
      return Files.getLastModifiedTime(shard.path()).toString();
    } catch (IOException e) {
      throw new ConverterException(new Problem(shard.name(), "a readable file", e.toString()), e);
    }
  }
}
