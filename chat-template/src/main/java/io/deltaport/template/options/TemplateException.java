package io.deltaport.template.options;

import org.jspecify.annotations.Nullable;

/**
 * A template that cannot be read, compiled or rendered: the one exception of this module, its
 * message one line.
 */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, by the name of the exception that Python raises in the same place. */
  public enum Kind {
    /** The template called {@code raise_exception}: the conversation does not fit the template. */
    RAISED("TemplateError"),
    /** The template is not Jinja. */
    SYNTAX("TemplateSyntaxError"),
    /** The template names a filter or a test that does not exist. */
    ASSERTION("TemplateAssertionError"),
    /** The template wants more of an undefined value than to print or test it. */
    UNDEFINED("UndefinedError"),
    /** A rule of Jinja is broken while rendering. */
    RUNTIME("TemplateRuntimeError"),
    /** A filter got an argument that it does not take. */
    FILTER_ARGUMENT("FilterArgumentError"),
    /** The sandbox refuses: a changing method, a name that starts with an underscore. */
    SECURITY("SecurityError"),
    /** A value of the wrong type. */
    TYPE("TypeError"),
    /** A value of the right type that does not fit. */
    VALUE("ValueError"),
    /** An attribute that a value has not, where a filter needs it. */
    ATTRIBUTE("AttributeError"),
    /** A key that is not there. */
    KEY("KeyError"),
    /** An index that is not there. */
    INDEX("IndexError"),
    /** A division by zero. */
    ZERO_DIVISION("ZeroDivisionError"),
    /** A number or range too large. */
    OVERFLOW("OverflowError"),
    /** Calls nested too deep. */
    RECURSION("RecursionError"),
    /** An assertion of a filter does not hold. */
    ASSERT("AssertionError"),
    /**
     * A limit of {@link TemplateLimits} is passed: the template is hostile, or the limit too tight.
     */
    LIMIT("LimitError"),
    /** Something that Jinja has and this module has not. */
    UNSUPPORTED("NotImplementedError"),
    /** The request is not one: no messages, a value that JSON has not, broken JSON. */
    REQUEST("RequestError"),
    /** A file of the model directory is missing or broken. */
    FILE("FileError");

    private final String pythonName;

    Kind(String pythonName) {
      this.pythonName = pythonName;
    }

    /** The name of Python's exception, or one in its style where Python has none. */
    public String pythonName() {
      return pythonName;
    }
  }

  private final Kind kind;
  private final String detail;
  private final int line;
  private final int column;

  /** An error that belongs to no place in a template. */
  public TemplateException(Kind kind, String detail) {
    this(kind, detail, 0, 0, null);
  }

  /** An error at a place of the template; line and column count from 1, 0 = no place. */
  public TemplateException(
      Kind kind, String detail, int line, int column, @Nullable Throwable cause) {
    this("", kind, detail, line, column, cause);
  }

  private TemplateException(
      String file, Kind kind, String detail, int line, int column, @Nullable Throwable cause) {
    super(text(file, kind, detail, line, column), cause);
    this.kind = kind;
    this.detail = detail;
    this.line = line;
    this.column = column;
  }

  private static String text(String file, Kind kind, String detail, int line, int column) {
    String name = file.isEmpty() ? "" : file + ": ";
    String place = line > 0 ? "line " + line + ", column " + column + ": " : "";
    return name + place + kind.pythonName + ": " + detail.replace('\n', ' ');
  }

  /** This error with the name of the file or template that it is about in front. */
  public TemplateException in(String name) {
    return new TemplateException(name, kind, detail, line, column, this);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The message alone, without place and kind: what {@code raise_exception} was given. */
  public String detail() {
    return detail;
  }

  /** Line of the template, from 1; 0 where the error belongs to none. */
  public int line() {
    return line;
  }

  /** Column in that line, in characters from 1; 0 where the error belongs to none. */
  public int column() {
    return column;
  }
}
