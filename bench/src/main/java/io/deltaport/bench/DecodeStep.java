package io.deltaport.bench;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A greedy step of one token, from the Java call to the token's id, by models so small that their
 * kernels take little of it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DecodeStep {
  private static final int STEPS = 256;

  @Param({"cases/names-transformer", "cases/official", "kjv-tiny"})
  private String fixture = "";

  private Model model;
  private Sequence sequence;

  @Setup
  public void open() {
    model = Model.open(Path.of("..", "fixtures", fixture), ModelOptions.DEFAULT.withThreads(1));
  }

  @Setup(Level.Invocation)
  public void begin() {
    sequence = model.newSequence();
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public int step() {
    int next = 1;
    for (int i = 0; i < STEPS; i++) {
      try (StepResult result = model.run(List.of(Step.of(sequence, next).topK(1)))) {
        next = result.get(0).top().id(0, 0);
      }
    }
    return next;
  }

  @TearDown(Level.Invocation)
  public void end() {
    sequence.close();
  }

  @TearDown
  public void close() {
    model.close();
  }
}
