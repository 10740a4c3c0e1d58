package io.deltaport.converter.weights;

import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import java.util.Optional;

/** Which element types of a checkpoint the ops read as they lie, and as what. */
public final class Formats {
  private Formats() {}

  /** The ONNX type of such elements. */
  public static Optional<ElementType> element(DType dtype) {
    return switch (dtype) {
      case F32 -> Optional.of(ElementType.FLOAT);
      case F16 -> Optional.of(ElementType.FLOAT16);
      case BF16 -> Optional.of(ElementType.BFLOAT16);
      case F8_E4M3 -> Optional.of(ElementType.FLOAT8E4M3FN);
      case I8 -> Optional.of(ElementType.INT8);
      case U8, F8_E8M0 -> Optional.of(ElementType.UINT8);
      case BOOL,
          F4,
          F6_E2M3,
          F6_E3M2,
          F8_E5M2,
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

  /** The format of a weight of such elements, plain or FP8; integers alone are none. */
  public static Optional<Format> of(DType dtype) {
    return element(dtype)
        .flatMap(
            type ->
                switch (type) {
                  case FLOAT -> Optional.of(Format.F32);
                  case FLOAT16 -> Optional.of(Format.F16);
                  case BFLOAT16 -> Optional.of(Format.BF16);
                  case FLOAT8E4M3FN -> Optional.of(Format.FP8);
                  case UINT8, INT8, INT32, INT64 -> Optional.empty();
                });
  }

  /** The format of a plain type. */
  static Optional<Format> plain(DType dtype) {
    return of(dtype).filter(Format::plain);
  }
}
