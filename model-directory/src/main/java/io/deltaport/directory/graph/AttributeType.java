package io.deltaport.directory.graph;

/** The type of an attribute that an op has. */
public enum AttributeType {
  FLOAT,
  INT,
  STRING,
  FLOATS,
  INTS
}
