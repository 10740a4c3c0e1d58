package io.deltaport.converter.weights;

/**
 * A name that an expression of a stranger's config is matched against: an expression that asks for
 * its characters without end is refused.
 */
final class BoundedText implements CharSequence {
  private static final int MOST_READS = 1_000_000;

  private final String text;
  private int reads;

  BoundedText(String text) {
    this.text = text;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    reads++;
    if (reads > MOST_READS) {
      throw MatrixStorage.refused(
          "an expression", "one that is matched in " + MOST_READS + " steps", "more for " + text);
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
