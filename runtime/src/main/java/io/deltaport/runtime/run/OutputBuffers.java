package io.deltaport.runtime.run;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.DirectTensor;
import io.deltaport.runtime.session.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory that a run's outputs go to, kept for later runs. */
final class OutputBuffers {
  private final Map<String, DirectTensor> tensors = new HashMap<>();
  private final List<DirectTensor> wanted = new ArrayList<>();

  /** Forgets what the last run wanted. */
  void clear() {
    wanted.clear();
  }

  /** An output of that shape is wanted, unless it would be empty. */
  void want(String name, TensorType type, int rows, int width) {
    if (rows == 0 || width == 0) {
      return;
    }
    DirectTensor tensor = tensors.get(name);
    if (tensor == null) {
      tensor = new DirectTensor(name, type);
      tensors.put(name, tensor);
    }
    tensor.shape(rows, width);
    wanted.add(tensor);
  }

  Collection<DirectTensor> wanted() {
    return wanted;
  }

  /** The tensor of an output, null where it was not wanted. */
  @Nullable DirectTensor find(String name) {
    for (DirectTensor tensor : wanted) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    return null;
  }

  /** The tensor of an output that was wanted. */
  DirectTensor tensor(String name) {
    DirectTensor tensor = find(name);
    if (tensor == null) {
      throw new RunException(RunException.Reason.ARGUMENT, "output " + name + " was not asked for");
    }
    return tensor;
  }
}
