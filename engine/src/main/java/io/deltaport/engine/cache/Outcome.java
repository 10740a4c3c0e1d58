package io.deltaport.engine.cache;

/** What came of looking for a prompt, and where nothing was found, why. */
public enum Outcome {
  /** A saved state was found. */
  HIT,
  /** No earlier prompt of the same salt begins alike. */
  NO_PATH,
  /** What an earlier prompt begins alike with is too short to be saved. */
  TOO_SHORT,
  /** An earlier prompt begins alike, and its state was saved nowhere there. */
  NO_STATE,
  /** It was saved there, and gave way to others. */
  EVICTED
}
