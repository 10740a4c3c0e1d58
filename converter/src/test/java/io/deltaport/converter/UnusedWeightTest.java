package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.Progress;
import io.deltaport.directory.graph.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A weight that the table plans and no graph asks for. */
class UnusedWeightTest {
  @TempDir Path temporary;

  @Test
  void isAnErrorThatNamesIt() {
    // Layer 3 is of full attention, layer 8 is the MTP head's.
    for (WeightId id : List.of(Role.DELTA_Z.at(3), Role.MLP_UP.at(8), Role.CLASSIFIER_BIAS.one())) {
      ConverterException e =
          assertThrows(ConverterException.class, () -> convert(planted(id)), id.toString());
      assertEquals(
          "planted: expected a graph that uses this weight, found none: " + id, e.getMessage());
      assertFalse(Files.exists(temporary.resolve("model")));
    }
  }

  private void convert(ConversionPlan prepared) {
    try (OutputDirectory output = OutputDirectory.begin(prepared.conversion())) {
      new ConversionRun(prepared, Optional.empty(), output, Progress.NONE).write();
    }
  }

  /** A conversion of which one row more is planned: another name for the final norm. */
  private ConversionPlan planted(WeightId id) {
    ConversionPlan prepared =
        ConversionPlan.of(
            Conversion.of(Fixtures.fixture("kjv-tiny"), temporary.resolve("model"))
                .with(Option.MTP)
                .with(Option.LAYERS)
                .build());
    Part norm =
        prepared.sources().stream()
            .filter(weight -> weight.id().equals(Role.FINAL_NORM.one()))
            .flatMap(StoredWeight::parts)
            .findFirst()
            .orElseThrow();
    SortedMap<String, StoredWeight> weights = new TreeMap<>(prepared.weights().weights());
    weights.put("planted", new StoredWeight.Plain(Weight.plain("planted", id, Format.BF16, norm)));
    return new ConversionPlan(
        prepared.conversion(),
        prepared.checkpoint(),
        prepared.family(),
        prepared.config(),
        new WeightPlan(weights, prepared.weights().lines(), List.of()),
        prepared.rewrites(),
        prepared.notes(),
        prepared.state());
  }
}
