package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Writes new shards, several threads at a time, and notes in a journal how far it is. */
public final class Rewriter {
  private static final long BATCH = 1L << 26;

  private final Path directory;
  private final int threads;
  private final long batch;

  /** A rewriter into a directory. */
  public Rewriter(Path directory, int threads) {
    this(directory, threads, BATCH);
  }

  /**
   * A rewriter that notes its progress after batches of another size.
   *
   * @param batch bytes
   */
  Rewriter(Path directory, int threads, long batch) {
    this.directory = directory;
    this.threads = threads;
    this.batch = batch;
  }

  /**
   * Writes the shards, or what is missing of them: all from the first batch on that does not lie on
   * the disk as it was written.
   *
   * @param work how the rewrites are done
   * @param progress told of each number of bytes written, or found written; by one thread at a time
   * @return how many rewrites had been done and were done again
   */
  public int write(
      NewShards shards, Work work, ShardBytes in, Journal journal, LongConsumer progress) {
    shards
        .shards()
        .forEach(
            (name, specs) -> SafetensorsWriter.reserve(directory.resolve(name), specs, Map.of()));
    List<Rewrite> rewrites =
        shards.rewrites().stream().sorted(Comparator.comparingInt(work::stage)).toList();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (NewShardFiles out = new NewShardFiles(directory, shards.shards().keySet())) {
      List<Journal.Batch> noted = journal.batches();
      journal.keep(intact(rewrites, noted, out));
      int done = end(journal.batches());
      int again = end(noted) - done;
      progress.accept(
          rewrites.subList(0, done).stream().mapToLong(rewrite -> rewrite.target().bytes()).sum());
      while (done < rewrites.size()) {
        int end = batchEnd(rewrites, done, work);
        run(pool, work.pieces(rewrites.subList(done, end), in), out, progress);
        out.force();
        journal.note(new Journal.Batch(end, out.checksum(rewrites.subList(done, end))));
        done = end;
      }
      return again;
    } finally {
      pool.shutdownNow();
    }
  }

  /** How many batches lie in the files as they were written, up to the first that does not. */
  private static int intact(
      List<Rewrite> rewrites, List<Journal.Batch> batches, NewShardFiles out) {
    int done = 0;
    for (int i = 0; i < batches.size(); i++) {
      Journal.Batch batch = batches.get(i);
      if (batch.end() <= done
          || batch.end() > rewrites.size()
          || out.checksum(rewrites.subList(done, batch.end())) != batch.checksum()) {
        return i;
      }
      done = batch.end();
    }
    return batches.size();
  }

  private static int end(List<Journal.Batch> batches) {
    return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).end();
  }

  private int batchEnd(List<Rewrite> rewrites, int begin, Work work) {
    int stage = work.stage(rewrites.get(begin));
    long bytes = 0;
    int end = begin;
    while (end < rewrites.size() && bytes < batch && work.stage(rewrites.get(end)) == stage) {
      bytes += rewrites.get(end).target().bytes();
      end++;
    }
    return end;
  }

  private void run(
      ExecutorService pool, List<Rewrite.Piece> pieces, NewShardFiles out, LongConsumer progress) {
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Callable<Boolean> worker =
        () -> {
          try {
            for (int i = next.getAndIncrement();
                i < pieces.size() && !failed.get();
                i = next.getAndIncrement()) {
              long bytes = pieces.get(i).run(out);
              synchronized (next) {
                progress.accept(bytes);
              }
            }
            return true;
          } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
          }
        };
    List<Callable<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(worker);
    }
    await(pool, workers);
  }

  private static void await(ExecutorService pool, List<Callable<Boolean>> workers) {
    try {
      for (Future<Boolean> future : pool.invokeAll(workers)) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConverterException(
          new Problem("conversion", "to run to its end", "an interrupt"), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new ConverterException(
          new Problem("conversion", "to run to its end", String.valueOf(e.getCause())), e);
    }
  }
}
