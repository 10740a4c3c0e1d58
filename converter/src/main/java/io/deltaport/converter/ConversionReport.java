package io.deltaport.converter;

import io.deltaport.directory.Manifest.WeightFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * What a conversion made.
 *
 * @param directory the model directory
 * @param weights how the weight files got there
 * @param bytesWritten bytes of the files that were written, hard links not counted
 * @param notes what the user should know, one line each
 */
public record ConversionReport(
    Path directory, WeightFiles weights, long bytesWritten, List<String> notes, PlanSummary plan) {
  public ConversionReport {
    notes = List.copyOf(notes);
  }
}
