package io.deltaport.converter;

import io.deltaport.converter.Conversion.WeightsMode;
import io.deltaport.converter.calibrate.CalibratedWork;
import io.deltaport.converter.calibrate.Calibration;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.Factors;
import io.deltaport.converter.rewrite.Journal;
import io.deltaport.converter.rewrite.NewShards;
import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.converter.rewrite.Rewriter;
import io.deltaport.converter.rewrite.ShardBytes;
import io.deltaport.converter.rewrite.Work;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest.WeightFiles;
import io.deltaport.directory.Progress;
import io.deltaport.loader.tensor.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Brings the weights of a conversion into its directory: whole shards as they lie, and what is
 * rewritten in new ones.
 */
final class WeightPlacer {
  private static final int MOST_THREADS = 32;

  private final ConversionPlan plan;
  private final Conversion conversion;
  private final List<Shard> shards;
  private final Collection<StoredWeight> sources;
  private final Optional<Calibration> calibration;
  private final OutputDirectory output;
  private final Progress progress;

  WeightPlacer(
      ConversionPlan plan,
      Optional<Calibration> calibration,
      OutputDirectory output,
      Progress progress) {
    this.plan = plan;
    this.conversion = plan.conversion();
    this.shards = plan.checkpoint().shards();
    this.sources = plan.sources();
    this.calibration = calibration;
    this.output = output;
    this.progress = progress;
  }

  /** Places the weights; those with a rewrite are rewritten. */
  Placement place(SortedMap<String, Rewrite> rewrites) {
    return rewrites.isEmpty() ? keep() : rewrite(rewrites);
  }

  private Placement keep() {
    output.clear(Set.of());
    List<Shard> used = shardsOf(sources);
    WeightFolder folder = WeightFolder.place(used, conversion.weights(), output.path(), progress);
    List<FileEntry> entries = FileEntries.weights(used, folder, conversion, progress);
    long written = folder.files() == WeightFiles.COPY ? bytes(entries) : 0;
    List<String> notes =
        conversion.weights() == WeightsMode.AUTO && folder.files() == WeightFiles.REFERENCE
            ? List.of("hard links are not possible here, so the weights stay in " + folder.path())
            : List.of();
    PlacedWeights placed = placed(stored(sources, used, folder).values(), entries);
    return new Placement(placed, folder.files(), folder.reference(), entries, written, notes);
  }

  private Placement rewrite(SortedMap<String, Rewrite> rewrites) {
    if (conversion.weights() == WeightsMode.REFERENCE) {
      throw ConverterException.refused(
          "weights",
          "no weight to be rewritten where they are referenced",
          rewrites.size() + " weights");
    }
    boolean copy =
        conversion.weights() == WeightsMode.COPY || !WeightFolder.links(shards, output.path());
    Set<String> kept =
        conversion.weights() == WeightsMode.AUTO && copy ? Set.of() : keptShards(rewrites);
    NewShards made = NewShards.of(withCopies(rewrites, kept));
    List<String> notes = write(made);
    List<Shard> keptShards = shards.stream().filter(shard -> kept.contains(shard.name())).toList();
    WeightFolder folder =
        WeightFolder.place(
            keptShards, copy ? WeightsMode.COPY : WeightsMode.AUTO, output.path(), progress);
    List<FileEntry> entries =
        new ArrayList<>(FileEntries.weights(keptShards, folder, conversion, progress));
    List<FileEntry> written =
        FileEntries.written(made.shards().keySet(), output.path(), made.bytes(), progress);
    entries.addAll(written);
    List<StoredWeight> rest =
        sources.stream().filter(source -> stays(source, rewrites, kept)).toList();
    SortedMap<String, Weight> weights = stored(rest, keptShards, folder);
    made.rewrites().forEach(rewrite -> weights.put(rewrite.target().name(), rewrite.target()));
    boolean links = !copy && !keptShards.isEmpty();
    return new Placement(
        placed(weights.values(), entries),
        links ? WeightFiles.LINK : WeightFiles.COPY,
        Optional.empty(),
        entries,
        bytes(links ? written : entries),
        notes);
  }

  /** Shards of which most bytes stay as they are: these come along whole. */
  private Set<String> keptShards(SortedMap<String, Rewrite> rewrites) {
    Map<String, Long> balance = new HashMap<>();
    for (StoredWeight source : sources) {
      boolean stays = !rewrites.containsKey(source.name());
      source
          .parts()
          .forEach(
              part -> balance.merge(part.file(), stays ? part.bytes() : -part.bytes(), Long::sum));
    }
    return balance.entrySet().stream()
        .filter(shard -> shard.getValue() > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static boolean stays(
      StoredWeight source, SortedMap<String, Rewrite> rewrites, Set<String> kept) {
    return !rewrites.containsKey(source.name())
        && source.parts().allMatch(part -> kept.contains(part.file()));
  }

  /**
   * All rewrites, and a copy of each weight that stays as it is in a shard that does not come
   * along.
   */
  private List<Rewrite> withCopies(SortedMap<String, Rewrite> rewrites, Set<String> kept) {
    SortedMap<String, Rewrite> all = new TreeMap<>(rewrites);
    for (StoredWeight source : sources) {
      if (!rewrites.containsKey(source.name()) && !stays(source, rewrites, kept)) {
        all.put(source.name(), Rewrite.Copy.of(source.stored().orElseThrow()));
      }
    }
    return List.copyOf(all.values());
  }

  private List<String> write(NewShards made) {
    Journal journal =
        Journal.of(
            output.path(),
            Fingerprint.of(shards, made, calibration.map(Calibration::fingerprint).orElse("")));
    Set<String> survivors = new HashSet<>();
    List<String> notes = new ArrayList<>();
    boolean resumed = journal.begunWith(made.bytes());
    if (resumed) {
      notes.add("went on where an earlier conversion was stopped");
      survivors.add(Journal.NAME);
      survivors.addAll(made.shards().keySet());
    }
    if (output.clear(survivors) && !resumed) {
      notes.add("began anew: what an earlier conversion left was of another source or command");
    }
    Optional<CalibratedWork> work =
        calibration.map(
            given -> new CalibratedWork(given, plan.config(), plan.weights(), progress::advance));
    progress.stage(
        work.isPresent() ? "calibrating and writing weights" : "writing weights",
        made.rewrites().stream().map(Rewrite::target).mapToLong(Weight::bytes).sum()
            + work.map(calibrated -> calibrated.bytes(made.rewrites())).orElse(0L));
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    try (ShardBytes in = new ShardBytes(shards)) {
      int again =
          new Rewriter(output.path(), threads)
              .write(
                  made,
                  work.map(Work.class::cast).orElse(Work.PLAIN),
                  in,
                  journal,
                  progress::advance);
      if (again > 0) {
        notes.add(again + " weights of it were no longer as they were written, and were redone");
      }
    }
    journal.remove();
    work.ifPresent(done -> notes.addAll(done.notes()));
    return notes;
  }

  private List<Shard> shardsOf(Collection<StoredWeight> used) {
    Set<String> files =
        used.stream().flatMap(StoredWeight::parts).map(Part::file).collect(Collectors.toSet());
    return shards.stream().filter(shard -> files.contains(shard.name())).toList();
  }

  private static SortedMap<String, Weight> stored(
      Collection<StoredWeight> sources, List<Shard> shards, WeightFolder folder) {
    Map<String, String> names = new HashMap<>();
    shards.forEach(shard -> names.put(shard.name(), folder.nameOf(shard)));
    SortedMap<String, Weight> placed = new TreeMap<>();
    sources.forEach(source -> placed.put(source.name(), source.stored().orElseThrow().in(names)));
    return placed;
  }

  private PlacedWeights placed(Collection<Weight> weights, List<FileEntry> entries) {
    return new PlacedWeights(weights, sizes(entries), Factors.of(weights, shards));
  }

  private static SortedMap<String, Long> sizes(List<FileEntry> entries) {
    SortedMap<String, Long> sizes = new TreeMap<>();
    entries.forEach(entry -> sizes.put(entry.name(), entry.bytes()));
    return sizes;
  }

  private static long bytes(List<FileEntry> entries) {
    return entries.stream().mapToLong(FileEntry::bytes).sum();
  }
}
