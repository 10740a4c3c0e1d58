package io.deltaport.template.value;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;

/**
 * The exceptions of Python, by name; the place in the template is added where the rendering ends.
 */
public final class Raise {

  private Raise() {}

  /** A {@code TypeError}. */
  public static TemplateException type(String message) {
    return new TemplateException(Kind.TYPE, message);
  }

  /** A {@code ValueError}. */
  public static TemplateException value(String message) {
    return new TemplateException(Kind.VALUE, message);
  }

  /** An {@code AssertionError}. */
  public static TemplateException assertion(String message) {
    return new TemplateException(Kind.ASSERT, message);
  }

  /** An {@code AttributeError}: a filter needs an attribute that the value has not. */
  public static TemplateException attribute(Value owner, String name) {
    return new TemplateException(
        Kind.ATTRIBUTE, "'" + owner.type() + "' object has no attribute '" + name + "'");
  }

  /** An {@code OverflowError}. */
  public static TemplateException overflow(String message) {
    return new TemplateException(Kind.OVERFLOW, message);
  }

  /** A {@code ZeroDivisionError}. */
  public static TemplateException zeroDivision(String message) {
    return new TemplateException(Kind.ZERO_DIVISION, message);
  }

  /** A {@code FilterArgumentError}. */
  public static TemplateException filterArgument(String message) {
    return new TemplateException(Kind.FILTER_ARGUMENT, message);
  }

  /** A {@code TemplateRuntimeError}. */
  public static TemplateException runtime(String message) {
    return new TemplateException(Kind.RUNTIME, message);
  }

  /** A {@code SecurityError}. */
  public static TemplateException security(String message) {
    return new TemplateException(Kind.SECURITY, message);
  }

  /** Something that Python has and this module has not. */
  public static TemplateException unsupported(String what) {
    return new TemplateException(Kind.UNSUPPORTED, what + " is not supported");
  }

  /** A limit is passed. */
  public static TemplateException limit(String message) {
    return new TemplateException(Kind.LIMIT, message);
  }
}
