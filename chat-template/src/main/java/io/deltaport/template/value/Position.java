package io.deltaport.template.value;

/**
 * A place in a template.
 *
 * @param line from 1
 * @param column in characters, from 1
 */
public record Position(int line, int column) {}
