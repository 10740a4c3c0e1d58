package io.deltaport.template.value;

import java.util.List;

/** What lists and tuples share: elements, their weight, equality and printed form. */
final class Sequence {

  private Sequence() {}

  static long weight(Iterable<Value> items) {
    long weight = 1;
    for (Value item : items) {
      weight = Math.min(weight + item.weight(), Integer.MAX_VALUE);
    }
    return weight;
  }

  static void repr(List<Value> items, String open, String close, StringBuilder out, Run run) {
    run.enter();
    out.append(open);
    String separator = "";
    for (Value item : items) {
      run.step();
      out.append(separator);
      item.repr(out, run);
      run.output(out.length());
      separator = ", ";
    }
    out.append(close);
    run.leave();
  }

  static boolean contains(List<Value> items, Value wanted, Run run) {
    for (Value item : items) {
      if (item == wanted || Comparison.equal(item, wanted, run)) {
        return true;
      }
    }
    return false;
  }
}
