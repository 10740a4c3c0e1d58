package io.deltaport.engine.cache;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Gathers places to save at, best reasons first: each must be far enough from those before. */
final class SavePoints {
  /** Most places of {@link Kind#SPINE} on the way to the end of a prompt. */
  static final int MOST_SPINE = 8;

  private final int from;
  private final int length;
  private final int minGain;
  private final TreeMap<Integer, Kind> places = new TreeMap<>();

  /**
   * @param from tokens of the prompt that are there already
   * @param length tokens of the prompt
   * @param minGain least tokens between two places
   */
  SavePoints(int from, int length, int minGain) {
    this.from = from;
    this.length = length;
    this.minGain = minGain;
  }

  /** Takes a place unless it is too near to another one; the last token must always be run. */
  void add(int place, Kind kind) {
    if (place >= length || place - from < minGain) {
      return;
    }
    if (places.subMap(place - minGain + 1, place + minGain).isEmpty()) {
      places.put(place, kind);
    }
  }

  /** The places, in rising order. */
  List<SavePoint> inOrder() {
    return places.entrySet().stream()
        .map(place -> new SavePoint(place.getKey(), place.getValue()))
        .toList();
  }

  /** Few places of a prompt, multiples of {@code spacing}, denser to the end. */
  static Set<Integer> spine(int length, int spacing) {
    Set<Integer> places = new LinkedHashSet<>();
    for (int part = 1; part <= MOST_SPINE && length >> part >= spacing / 2; part++) {
      places.add((length - (length >> part)) / spacing * spacing);
    }
    return places;
  }
}
