package io.deltaport.converter.rewrite;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.safetensors.SafetensorsWriter;
import io.deltaport.loader.safetensors.TensorSpec;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shards that a conversion writes: at most 4 GiB each, or one weight where that is larger;
 * every tensor aligned.
 *
 * @param rewrites one a weight, in the order of the files
 * @param shards the tensors of each file, by its name
 */
public record NewShards(List<Rewrite> rewrites, SortedMap<String, List<TensorSpec>> shards) {
  /** Largest shard, in bytes. */
  public static final long LARGEST = 1L << 32;

  private static final long HEADER_ROOM = 512;

  public NewShards {
    rewrites = List.copyOf(rewrites);
    shards = new TreeMap<>(shards);
  }

  /** Lays weights out, in their order. */
  public static NewShards of(List<? extends Rewrite> rewrites) {
    List<List<Rewrite>> files = split(rewrites);
    List<Rewrite> placed = new ArrayList<>();
    SortedMap<String, List<TensorSpec>> shards = new TreeMap<>();
    for (int i = 0; i < files.size(); i++) {
      String name =
          String.format(Locale.ROOT, "deltaport-%05d-of-%05d.safetensors", i + 1, files.size());
      List<TensorSpec> specs =
          files.get(i).stream().flatMap(rewrite -> specs(rewrite.target()).stream()).toList();
      Iterator<Tensor> places = SafetensorsWriter.places(Path.of(name), specs, Map.of()).iterator();
      files.get(i).forEach(rewrite -> placed.add(rewrite.placed(place(rewrite.target(), places))));
      shards.put(name, specs);
    }
    return new NewShards(placed, shards);
  }

  /** Sizes of the files, by name. */
  public SortedMap<String, Long> bytes() {
    SortedMap<String, Long> bytes = new TreeMap<>();
    for (Rewrite rewrite : rewrites) {
      rewrite
          .target()
          .parts()
          .forEach(part -> bytes.merge(part.file(), part.offset() + part.bytes(), Math::max));
    }
    return bytes;
  }

  private static List<List<Rewrite>> split(List<? extends Rewrite> rewrites) {
    List<List<Rewrite>> files = new ArrayList<>();
    long bytes = LARGEST;
    for (Rewrite rewrite : rewrites) {
      long more = rewrite.target().parts().mapToLong(part -> part.bytes() + HEADER_ROOM).sum();
      if (bytes + more > LARGEST - HEADER_ROOM) {
        files.add(new ArrayList<>());
        bytes = 0;
      }
      bytes += more;
      files.get(files.size() - 1).add(rewrite);
    }
    return files;
  }

  private static List<TensorSpec> specs(Weight weight) {
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(new TensorSpec(weight.name(), weight.data().dtype(), weight.data().shape()));
    weight
        .scales()
        .ifPresent(p -> specs.add(new TensorSpec(weight.name() + ".scales", p.dtype(), p.shape())));
    weight
        .zeroPoints()
        .ifPresent(
            p -> specs.add(new TensorSpec(weight.name() + ".zero_points", p.dtype(), p.shape())));
    return specs;
  }

  private static Weight place(Weight weight, Iterator<Tensor> places) {
    return new Weight(
        weight.name(),
        weight.id(),
        weight.format(),
        weight.shape(),
        weight.block(),
        Part.of(places.next()),
        weight.scales().map(part -> Part.of(places.next())),
        weight.zeroPoints().map(part -> Part.of(places.next())),
        weight.factor(),
        weight.codebook());
  }
}
