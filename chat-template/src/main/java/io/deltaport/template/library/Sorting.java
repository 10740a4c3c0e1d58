package io.deltaport.template.library;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** A stable sort by "is less" alone, as Python's: Java's own may refuse an order that is none. */
final class Sorting {

  private Sorting() {}

  static <T> List<T> sort(List<T> items, BiPredicate<T, T> isLess) {
    if (items.size() < 2) {
      return items;
    }
    int middle = items.size() / 2;
    List<T> left = sort(items.subList(0, middle), isLess);
    List<T> right = sort(items.subList(middle, items.size()), isLess);
    List<T> merged = new ArrayList<>(items.size());
    int i = 0;
    int j = 0;
    while (i < left.size() && j < right.size()) {
      merged.add(isLess.test(right.get(j), left.get(i)) ? right.get(j++) : left.get(i++));
    }
    merged.addAll(left.subList(i, left.size()));
    merged.addAll(right.subList(j, right.size()));
    return merged;
  }
}
