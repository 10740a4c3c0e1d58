package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Value;
import org.jspecify.annotations.Nullable;

/**
 * A residual stream {@code [tokens, hidden]}: its value is {@code x + residual}, which the next
 * norm adds up.
 *
 * @param residual null where {@code x} is all
 */
public record Residual(Value x, @Nullable Value residual) {
  /** A stream that is one value. */
  public static Residual of(Value x) {
    return new Residual(x, null);
  }
}
