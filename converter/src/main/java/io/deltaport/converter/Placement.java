package io.deltaport.converter;

import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest.WeightFiles;
import java.util.List;
import java.util.Optional;

/**
 * Where the weights of a model directory lie.
 *
 * @param files how the files got there
 * @param folder the folder that is referred to
 * @param entries of the files in the manifest
 * @param bytesWritten of weight files
 * @param notes what the user should know
 */
record Placement(
    PlacedWeights weights,
    WeightFiles files,
    Optional<String> folder,
    List<FileEntry> entries,
    long bytesWritten,
    List<String> notes) {
  Placement {
    entries = List.copyOf(entries);
    notes = List.copyOf(notes);
  }
}
