package io.deltaport.template.value;

import java.util.Iterator;

/**
 * A value of a template with Python's behaviour. {@code equals} and {@code hashCode} are those of
 * dict keys; a list or dict is no key and has none, {@link Comparison} compares all.
 */
public sealed interface Value
    permits NoneValue,
        NumberValue,
        StrValue,
        ListValue,
        TupleValue,
        DictValue,
        DictView,
        RangeValue,
        IteratorValue,
        UndefinedValue,
        ObjectValue {

  /** Python's name of its type. */
  String type();

  /** {@code repr(value)}, appended. */
  void repr(StringBuilder out, Run run);

  /** {@code str(value)}. */
  default String str(Run run) {
    StringBuilder out = new StringBuilder();
    repr(out, run);
    run.text(out.length());
    return out.toString();
  }

  /** {@code bool(value)}. */
  default boolean truth() {
    return true;
  }

  /** {@code len(value)}. */
  default long length() {
    throw Raise.type("object of type '" + type() + "' has no len()");
  }

  /** {@code iter(value)}. */
  default Iterator<Value> iterate(Run run) {
    throw Raise.type("'" + type() + "' object is not iterable");
  }

  /** {@code item in value}. */
  default boolean contains(Value item, Run run) {
    throw Raise.type("argument of type '" + type() + "' is not iterable");
  }

  /**
   * Steps that walking the whole value takes. A value made of itself twice over is exponentially
   * larger than the memory it takes, so this is kept, not computed by walking.
   */
  default long weight() {
    return 1;
  }

  /**
   * Throws Python's error unless the value can be a key of a dict; {@link DictValue#key} charges
   * for it.
   */
  default void requireHashable() {}

  /** {@code list(value)}, element by element. */
  default ListValue list(Run run) {
    ListBuilder list = new ListBuilder(run);
    iterate(run).forEachRemaining(list::add);
    return list.build();
  }
}
