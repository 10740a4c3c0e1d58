package io.deltaport.template.value;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.util.Collections;
import java.util.Iterator;

/**
 * Jinja's {@code Undefined}: it prints as nothing, is false, empty, and equal to its like; anything
 * else throws.
 *
 * @param hint why it is undefined, the message of the error
 * @param kind of the error
 */
public record UndefinedValue(String hint, Kind kind) implements Value {

  /** Undefined with this message. */
  public static UndefinedValue because(String hint) {
    return new UndefinedValue(hint, Kind.UNDEFINED);
  }

  /** A variable that nobody set. */
  public static UndefinedValue variable(String name) {
    return because("'" + name + "' is undefined");
  }

  /** The inline if without else. */
  public static UndefinedValue attribute(Value owner, String name) {
    return because("'" + describe(owner) + "' has no attribute '" + name + "'");
  }

  /** An element that a value has not. */
  public static UndefinedValue element(Value owner, String key) {
    return because(describe(owner) + " has no element " + key);
  }

  /** An attribute that the sandbox hides. */
  public static UndefinedValue unsafe(Value owner, String name) {
    return new UndefinedValue(
        "access to attribute '" + name + "' of '" + owner.type() + "' object is unsafe.",
        Kind.SECURITY);
  }

  private static String describe(Value owner) {
    return owner == NoneValue.NONE ? "None" : owner.type() + " object";
  }

  /** The error that using it is. */
  public TemplateException error() {
    return new TemplateException(kind, hint);
  }

  @Override
  public String type() {
    return "Undefined";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append("Undefined");
  }

  @Override
  public String str(Run run) {
    return "";
  }

  @Override
  public boolean truth() {
    return false;
  }

  @Override
  public long length() {
    return 0;
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return Collections.emptyIterator();
  }

  @Override
  public boolean contains(Value item, Run run) {
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UndefinedValue;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
