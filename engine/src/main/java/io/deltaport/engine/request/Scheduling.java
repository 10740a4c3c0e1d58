package io.deltaport.engine.request;

import java.time.Duration;
import java.util.Optional;

/**
 * How a request takes its turn among others.
 *
 * @param priority requests of lower numbers come first; 0 is usual
 * @param fairnessKey requests of the same priority take turns by this key, each key the same share
 *     of tokens; empty = one key for all
 * @param deadline longest wait in the queue; it fails then
 * @param cacheSalt what was read for another salt is not shared with this request
 */
public record Scheduling(
    int priority, String fairnessKey, Optional<Duration> deadline, String cacheSalt) {
  public static final Scheduling USUAL = new Scheduling(0, "", Optional.empty(), "");

  public Scheduling withPriority(int value) {
    return new Scheduling(value, fairnessKey, deadline, cacheSalt);
  }

  public Scheduling withFairnessKey(String value) {
    return new Scheduling(priority, value, deadline, cacheSalt);
  }

  public Scheduling withDeadline(Duration value) {
    return new Scheduling(priority, fairnessKey, Optional.of(value), cacheSalt);
  }

  public Scheduling withCacheSalt(String value) {
    return new Scheduling(priority, fairnessKey, deadline, value);
  }
}
