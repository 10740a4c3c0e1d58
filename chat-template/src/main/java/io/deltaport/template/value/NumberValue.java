package io.deltaport.template.value;

/** A number: {@code True == 1 == 1.0}, and they are one key of a dict. */
public sealed interface NumberValue extends Value permits BoolValue, IntValue, FloatValue {

  /**
   * As a float.
   *
   * @throws io.deltaport.template.options.TemplateException of kind overflow where it is too large
   */
  double asDouble();
}
