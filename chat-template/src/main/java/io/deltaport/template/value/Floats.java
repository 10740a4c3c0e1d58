package io.deltaport.template.value;

/** Python's arithmetic on floats where it is not Java's. */
final class Floats {

  private Floats() {}

  /** {@code left % right}: the sign is that of the divisor. */
  static double modulo(double left, double right) {
    double rest = left % right;
    if (rest == 0) {
      return Math.copySign(0, right);
    }
    return (right < 0) == (rest < 0) ? rest : rest + right;
  }

  /** {@code left // right}, as CPython computes it: from the remainder, so that both agree. */
  static double floorDivide(double left, double right) {
    double rest = left % right;
    double quotient = (left - rest) / right;
    if (rest != 0 && (right < 0) != (rest < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0, left / right);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  /** {@code left ** right}. */
  static double power(double left, double right) {
    if (left == 0 && right < 0) {
      throw Raise.zeroDivision("0.0 cannot be raised to a negative power");
    }
    if (left < 0 && right != Math.rint(right) && !Double.isInfinite(left)) {
      throw Raise.unsupported("a complex number");
    }
    double power = left == 1 || right == 0 ? 1 : Math.pow(left, right);
    if (Double.isInfinite(power) && !Double.isInfinite(left) && !Double.isInfinite(right)) {
      throw Raise.overflow("(34, 'Numerical result out of range')");
    }
    return power;
  }
}
