package io.deltaport.template.options;

/**
 * What a template may use up before it is stopped: a template comes from a stranger. A long
 * conversation may take more steps and memory than a short one: about 15 steps and 60 bytes more
 * for each of its characters.
 *
 * @param source longest template, in characters
 * @param nesting deepest nesting of expressions and statements in the template
 * @param steps work of one rendering: one step for each node evaluated, more for work on long
 *     values
 * @param memory bytes that one rendering may allocate for values and output, all in all
 * @param output longest rendered text, in characters
 * @param depth deepest nesting of macro calls and recursive loops
 */
public record TemplateLimits(
    long source, int nesting, long steps, long memory, long output, int depth) {

  /** Far above what chat templates need, and stopped within a second and 100 MB. */
  public static final TemplateLimits DEFAULT =
      new TemplateLimits(1_000_000, 100, 4_000_000, 32L << 20, 8_000_000, 200);

  /** Checks that every limit is positive. */
  public TemplateLimits {
    if (source <= 0 || nesting <= 0 || steps <= 0 || memory <= 0 || output <= 0 || depth <= 0) {
      throw new IllegalArgumentException("a template limit is not positive");
    }
  }
}
