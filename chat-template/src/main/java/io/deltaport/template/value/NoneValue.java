package io.deltaport.template.value;

/** Python's {@code None}. */
public enum NoneValue implements Value {
  /** The only one. */
  NONE;

  @Override
  public String type() {
    return "NoneType";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append("None");
  }

  @Override
  public boolean truth() {
    return false;
  }
}
