package io.deltaport.converter.rewrite;

import static java.lang.Math.toIntExact;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One weight of a new shard and how it is made. A new one is not placed yet: the parts of its
 * target lie in no file.
 */
public sealed interface Rewrite {
  /** Elements that are decoded and encoded at a time. */
  long TILE = 1 << 20;

  /** The weight that is made. */
  Weight target();

  /** The same, in a place of the new shards. */
  Rewrite placed(Weight target);

  /** Whether values are rounded to int4, so coarsely that feedback is worth its while. */
  boolean roundsToInt4();

  /**
   * The work, in parts that any thread may do in any order.
   *
   * @param feedback of rounding errors, for so many columns; asked by each piece that rounds
   */
  List<Piece> pieces(ShardBytes in, IntFunction<Feedback> feedback);

  /** The work without feedback. */
  default List<Piece> pieces(ShardBytes in) {
    return pieces(in, Feedback::none);
  }

  /** A part of a rewrite. */
  interface Piece {
    /** Reads, encodes and writes; returns how many bytes were written. */
    long run(NewShardFiles out);
  }

  /** The bytes of a weight as they are. */
  record Copy(Weight source, Weight target) implements Rewrite {
    private static final int CHUNK = 1 << 22;

    /** A copy that has no place yet. */
    public static Copy of(Weight source) {
      return new Copy(source, source);
    }

    @Override
    public Copy placed(Weight place) {
      return new Copy(source, place);
    }

    @Override
    public boolean roundsToInt4() {
      return false;
    }

    @Override
    public List<Piece> pieces(ShardBytes in, IntFunction<Feedback> feedback) {
      List<Piece> pieces = new ArrayList<>();
      add(source.data(), target.data(), in, pieces);
      source.scales().ifPresent(part -> add(part, target.scales().orElseThrow(), in, pieces));
      source
          .zeroPoints()
          .ifPresent(part -> add(part, target.zeroPoints().orElseThrow(), in, pieces));
      return pieces;
    }

    private static void add(Part from, Part to, ShardBytes in, List<Piece> pieces) {
      for (long at = 0; at < from.bytes(); at += CHUNK) {
        long position = at;
        int length = (int) Math.min(CHUNK, from.bytes() - at);
        pieces.add(out -> out.write(to, position, in.read(from, position, length)));
      }
    }
  }

  /** A weight in another format. */
  record Encode(StoredWeight source, Encoder encoder, Weight target) implements Rewrite {
    /** An encoding that has no place yet. */
    public static Encode of(StoredWeight source, Encoder encoder) {
      Shape shape = source.shape();
      Optional<Part> scales = encoder.scaleShape(shape).map(s -> new Part("", DType.F16, s, 0));
      Weight target =
          new Weight(
              source.name(),
              source.id(),
              encoder.format(),
              shape,
              encoder.block(),
              new Part("", encoder.dataType(), encoder.dataShape(shape), 0),
              scales,
              Optional.empty(),
              Optional.empty(),
              encoder.codebook());
      return new Encode(source, encoder, target);
    }

    @Override
    public Encode placed(Weight place) {
      return new Encode(source, encoder, place);
    }

    @Override
    public boolean roundsToInt4() {
      return encoder.format() == Format.INT4;
    }

    @Override
    public List<Piece> pieces(ShardBytes in, IntFunction<Feedback> feedback) {
      Rows rows = Rows.of(source, in);
      long columns = source.shape().elements() / source.shape().dim(0);
      return tiles(
          source.shape().dim(0),
          columns,
          (first, count) -> {
            float[] values = new float[Math.multiplyExact(count, toIntExact(columns))];
            rows.read(first, count, values);
            EncodedRows encoded = buffers(target, count);
            encoder.encode(
                source.name(),
                values,
                count,
                (int) columns,
                feedback.apply((int) columns),
                encoded);
            return encoded;
          },
          target);
    }
  }

  /**
   * A packed matrix of four bits as int4 of the ops: the same codes, scales and zero points in
   * another order.
   */
  record Repack(StoredWeight.Packed source, Weight target) implements Rewrite {
    /** A repacking that has no place yet. */
    public static Repack of(StoredWeight.Packed source) {
      return new Repack(source, Repacking.target(source));
    }

    @Override
    public Repack placed(Weight place) {
      return new Repack(source, place);
    }

    @Override
    public boolean roundsToInt4() {
      return false;
    }

    @Override
    public List<Piece> pieces(ShardBytes in, IntFunction<Feedback> feedback) {
      Repacking.requireRuns(source, in);
      return tiles(
          source.shape().dim(0),
          source.shape().dim(1),
          (first, count) -> {
            EncodedRows encoded = buffers(target, count);
            Repacking.encode(source, new PackedTile(source, in, first, count), count, encoded);
            return encoded;
          },
          target);
    }
  }

  /** Makes the parts of some rows. */
  interface Tile {
    EncodedRows encode(long first, int count);
  }

  private static List<Piece> tiles(long rows, long columns, Tile tile, Weight target) {
    int height = toIntExact(Math.max(1, Math.min(rows, TILE / columns)));
    List<Piece> pieces = new ArrayList<>();
    for (long first = 0; first < rows; first += height) {
      long from = first;
      int count = (int) Math.min(height, rows - first);
      pieces.add(out -> write(tile.encode(from, count), from, rows, target, out));
    }
    return pieces;
  }

  private static long write(
      EncodedRows encoded, long first, long rows, Weight target, NewShardFiles out) {
    long bytes =
        out.write(target.data(), first * (target.data().bytes() / rows), encoded.data().flip());
    if (target.scales().isPresent()) {
      Part scales = target.scales().get();
      bytes += out.write(scales, first * (scales.bytes() / rows), encoded.scales().flip());
    }
    if (target.zeroPoints().isPresent()) {
      Part zeroPoints = target.zeroPoints().get();
      bytes +=
          out.write(zeroPoints, first * (zeroPoints.bytes() / rows), encoded.zeroPoints().flip());
    }
    return bytes;
  }

  private static EncodedRows buffers(Weight target, int rows) {
    return EncodedRows.allocate(
        share(Optional.of(target.data()), target, rows),
        share(target.scales(), target, rows),
        share(target.zeroPoints(), target, rows));
  }

  private static int share(Optional<Part> part, Weight target, int rows) {
    return part.map(p -> toIntExact(p.bytes() / target.shape().dim(0) * rows)).orElse(0);
  }
}
