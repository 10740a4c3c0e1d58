package io.deltaport.converter.rewrite;

import io.deltaport.converter.ConverterException;
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
   * Writes the shards, or what is missing of them.
   *
   * @param work how the jobs are done
   * @param progress told of each number of bytes written, or found written; by one thread at a time
   */
  public void write(
      NewShards shards, Work work, ShardBytes in, Journal journal, LongConsumer progress) {
    if (!journal.begun()) {
      shards
          .shards()
          .forEach(
              (name, specs) -> SafetensorsWriter.reserve(directory.resolve(name), specs, Map.of()));
      journal.note(0);
    }
    List<Job> jobs = shards.jobs().stream().sorted(Comparator.comparingInt(work::stage)).toList();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (NewShardFiles out = new NewShardFiles(directory, shards.shards().keySet())) {
      int done = journal.done();
      progress.accept(jobs.subList(0, done).stream().mapToLong(job -> job.target().bytes()).sum());
      while (done < jobs.size()) {
        int end = batchEnd(jobs, done, work);
        run(pool, work.pieces(jobs.subList(done, end), in), out, progress);
        out.force();
        journal.note(end);
        done = end;
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private int batchEnd(List<Job> jobs, int begin, Work work) {
    int stage = work.stage(jobs.get(begin));
    long bytes = 0;
    int end = begin;
    while (end < jobs.size() && bytes < batch && work.stage(jobs.get(end)) == stage) {
      bytes += jobs.get(end).target().bytes();
      end++;
    }
    return end;
  }

  private void run(
      ExecutorService pool, List<Job.Piece> pieces, NewShardFiles out, LongConsumer progress) {
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
