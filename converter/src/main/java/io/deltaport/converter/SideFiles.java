package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The small files of a checkpoint that a model directory carries along, unchanged. */
final class SideFiles {
  private static final List<String> NAMES =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json");

  private SideFiles() {}

  /** Copies those that are there; gives their names. */
  static List<String> copy(Checkpoint checkpoint, Path directory) {
    List<String> copied = new ArrayList<>();
    for (String name : Stream.concat(NAMES.stream(), checkpoint.templates().stream()).toList()) {
      Optional<Path> file = checkpoint.file(name);
      if (file.isPresent()) {
        copy(name, file.get(), directory.resolve(name));
        copied.add(name);
      }
    }
    return copied;
  }

  private static void copy(String name, Path from, Path to) {
    try {
      long bytes = Files.size(from);
      if (bytes > StrictJson.LARGEST) {
        throw new ConverterException(
            new Problem(name, "at most " + StrictJson.LARGEST + " bytes", bytes + " bytes"));
      }
      Files.createDirectories(to.getParent());
      Files.write(to, Files.readAllBytes(from));
    } catch (IOException e) {
      throw new ConverterException(new Problem(name, "a file that can be copied", e.toString()), e);
    }
  }
}
