package io.deltaport.engine.run;

import java.util.concurrent.atomic.LongAdder;

/** What an engine has done; its thread counts, any may read. */
final class Counters {
  final LongAdder promptTokens = new LongAdder();
  final LongAdder cachedTokens = new LongAdder();
  final LongAdder outputTokens = new LongAdder();
  final LongAdder finished = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder cancelled = new LongAdder();
  final LongAdder preempted = new LongAdder();
  final LongAdder drafted = new LongAdder();
  final LongAdder accepted = new LongAdder();
  final LongAdder steps = new LongAdder();
  volatile long lastProgress = System.nanoTime();
}
