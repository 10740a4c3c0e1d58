package io.deltaport.runtime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.deltaport.kernels.KernelException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one graph on a GPU. The tables of a run go up before it, in one copy. A run whose
 * shapes come for the third time is recorded as a graph of the driver and replayed from then on, so
 * that a decode step costs one launch; {@code DELTAPORT_CUDA_GRAPHS=off} keeps all runs eager.
 */
final class CudaRuns implements AutoCloseable {
  /** Read by ops on the host when they launch: part of what a recording is. */
  private static final Set<String> HOST_ONLY = Set.of("state", "top_k");

  private static final int EAGER_RUNS = 2;
  private static final int MOST_SHAPES = 32;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Gpu gpu;
  private final OrtSession.RunOptions recordOptions = new OrtSession.RunOptions();
  private final Map<List<Object>, Shape> shapes =
      new LinkedHashMap<>(MOST_SHAPES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, Shape> eldest) {
          boolean full = size() > MOST_SHAPES;
          if (full) {
            forget(eldest.getValue());
          }
          return full;
        }
      };
  private boolean records = !"off".equals(System.getenv("DELTAPORT_CUDA_GRAPHS"));
  private long epoch;

  CudaRuns(OrtEnvironment environment, OrtSession session, Gpu gpu) throws OrtException {
    this.environment = environment;
    this.session = session;
    this.gpu = gpu;
    recordOptions.addRunConfigEntry("disable_synchronize_execution_providers", "1");
  }

  void run(
      Collection<DirectTensor> in,
      Collection<DirectTensor> out,
      String fallback,
      OrtSession.RunOptions options)
      throws OrtException {
    gpu.cuda().step(in.stream().filter(CudaRuns::isTable).map(DirectTensor::elements).toList());
    if (!records || out.isEmpty()) {
      runEagerly(in, out, fallback, options);
      return;
    }
    Shape shape = shape(in, out);
    if (shape.recorded == null && shape.runs >= EAGER_RUNS) {
      shape.recorded = record(in, out);
    }
    shape.runs++;
    if (shape.recorded == null) {
      runEagerly(in, out, fallback, options);
    } else {
      replay(shape.recorded, out);
    }
  }

  private static boolean isFloat(DirectTensor tensor) {
    return tensor.type() == TensorType.FLOAT32;
  }

  private static boolean isTable(DirectTensor tensor) {
    return !isFloat(tensor) && !HOST_ONLY.contains(tensor.name());
  }

  /** Outputs are ONNX Runtime's own: pinned ones it would copy to the GPU and back. */
  private void runEagerly(
      Collection<DirectTensor> in,
      Collection<DirectTensor> out,
      String fallback,
      OrtSession.RunOptions options)
      throws OrtException {
    Set<String> requested =
        out.isEmpty()
            ? Set.of(fallback)
            : out.stream().map(DirectTensor::name).collect(Collectors.toSet());
    try (OrtSession.Result result = session.run(bound(in), requested, options)) {
      for (DirectTensor tensor : out) {
        tensor.take(((OnnxTensor) result.get(tensor.name()).orElseThrow()).getByteBuffer());
      }
    }
  }

  private Map<String, OnnxTensor> bound(Collection<DirectTensor> tensors) throws OrtException {
    Map<String, OnnxTensor> bound = new HashMap<>();
    for (DirectTensor tensor : tensors) {
      bound.put(tensor.name(), tensor.onnx(environment));
    }
    return bound;
  }

  private Shape shape(Collection<DirectTensor> in, Collection<DirectTensor> out) {
    long now = gpu.cuda().epoch();
    if (now != epoch) {
      forgetAll();
      epoch = now;
    }
    List<Object> key = new ArrayList<>();
    in.forEach(
        tensor -> {
          key.add(tensor.name());
          key.add(HOST_ONLY.contains(tensor.name()) ? tensor.elements() : tensor.dims());
          if (isFloat(tensor)) {
            // ONNX Runtime brings it to the GPU itself, in a replay from where it was recorded.
            key.add(tensor.place());
          }
        });
    out.forEach(
        tensor -> {
          key.add(tensor.name());
          key.add(tensor.dims());
        });
    Shape known = shapes.get(key);
    if (known == null) {
      known = new Shape();
      shapes.put(copied(key), known);
    }
    return known;
  }

  /** The contents of host-only tensors as they are now. */
  private static List<Object> copied(List<Object> key) {
    return key.stream()
        .map(
            part ->
                part instanceof ByteBuffer buffer
                    ? (Object) ByteBuffer.allocate(buffer.capacity()).put(buffer.duplicate()).flip()
                    : part)
        .toList();
  }

  /** Null where it cannot be recorded; runs stay eager from now on. */
  private @Nullable Recorded record(Collection<DirectTensor> in, Collection<DirectTensor> out) {
    List<DirectTensor> outputs = out.stream().map(DirectTensor::alike).toList();
    try {
      Map<String, OnnxTensor> inputs = bound(in);
      Map<String, OnnxTensor> pinned = bound(outputs);
      gpu.cuda().record();
      try {
        session.run(inputs, Set.of(), pinned, recordOptions).close();
      } catch (OrtException e) {
        gpu.cuda().recordDrop();
        throw e;
      }
      return new Recorded(gpu.cuda().recordEnd(), outputs);
    } catch (OrtException e) {
      return stayEager(GraphSession.oneLine(e));
    } catch (KernelException e) {
      return stayEager(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Recorded stayEager(String why) {
    records = false;
    gpu.notes().accept("decode steps are not recorded (" + why + ")");
    return null;
  }

  private void replay(Recorded recorded, Collection<DirectTensor> out) {
    gpu.cuda().replay(recorded.number());
    int i = 0;
    for (DirectTensor tensor : out) {
      tensor.take(recorded.outputs().get(i).elements());
      i++;
    }
  }

  private void forgetAll() {
    shapes.values().forEach(this::forget);
    shapes.clear();
  }

  private void forget(Shape shape) {
    if (shape.recorded != null) {
      gpu.cuda().forget(shape.recorded.number());
      shape.recorded.outputs().forEach(DirectTensor::close);
      shape.recorded = null;
    }
  }

  @Override
  public void close() {
    try (recordOptions) {
      forgetAll();
    }
  }

  /** A run's shapes: how often they came, and the recording once there is one. */
  private static final class Shape {
    private int runs;
    private @Nullable Recorded recorded;
  }

  /** A recording, and where its outputs are. */
  private record Recorded(long number, List<DirectTensor> outputs) {}
}
