package io.deltaport.converter.weights;

import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import java.util.Optional;

/** Which element types of a checkpoint are weights that the ops read as they lie. */
final class Formats {
  private Formats() {}

  /** The format of a plain type. */
  static Optional<Format> plain(DType dtype) {
    return of(dtype).filter(Format::plain);
  }

  /** The format of a type, FP8 included. */
  static Optional<Format> of(DType dtype) {
    return switch (dtype) {
      case F32 -> Optional.of(Format.F32);
      case F16 -> Optional.of(Format.F16);
      case BF16 -> Optional.of(Format.BF16);
      case F8_E4M3 -> Optional.of(Format.FP8);
      case BOOL,
          F4,
          F6_E2M3,
          F6_E3M2,
          U8,
          I8,
          F8_E5M2,
          F8_E8M0,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          I16,
          U16,
          I32,
          U32,
          C64,
          F64,
          I64,
          U64 ->
          Optional.empty();
    };
  }
}
