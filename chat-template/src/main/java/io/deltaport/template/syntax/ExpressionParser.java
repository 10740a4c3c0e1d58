package io.deltaport.template.syntax;

import io.deltaport.template.tree.Binary;
import io.deltaport.template.tree.Comparisons;
import io.deltaport.template.tree.Concat;
import io.deltaport.template.tree.Conditional;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.Logic;
import io.deltaport.template.tree.Unary;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Expressions by precedence, the weakest operator first. */
final class ExpressionParser {

  private static final Map<String, Comparisons.Operator> COMPARISONS =
      Map.of(
          "==", Comparisons.Operator.EQUAL,
          "!=", Comparisons.Operator.UNEQUAL,
          "<", Comparisons.Operator.LESS,
          "<=", Comparisons.Operator.LESS_OR_EQUAL,
          ">", Comparisons.Operator.GREATER,
          ">=", Comparisons.Operator.GREATER_OR_EQUAL);

  private static final Map<String, Binary.Operator> SUMS =
      Map.of("+", Binary.Operator.ADD, "-", Binary.Operator.SUBTRACT);

  private static final Map<String, Binary.Operator> PRODUCTS =
      Map.of(
          "*", Binary.Operator.MULTIPLY,
          "/", Binary.Operator.DIVIDE,
          "//", Binary.Operator.FLOOR_DIVIDE,
          "%", Binary.Operator.MODULO);

  private static final Map<String, Binary.Operator> POWERS = Map.of("**", Binary.Operator.POWER);

  private final TokenStream stream;
  private final Findings findings;
  private final TermParser terms;

  ExpressionParser(TokenStream stream, Findings findings, NameUse names) {
    this.stream = stream;
    this.findings = findings;
    this.terms = new TermParser(stream, findings, names, this);
  }

  /** What stands on the terms: names, literals, calls, filters. */
  TermParser terms() {
    return terms;
  }

  /** {@code a if b else c}. */
  Expression conditional() {
    stream.enter();
    int mark = findings.mark();
    Position position = stream.position();
    Expression expression = or();
    for (int links = 1; stream.skipName("if"); links++) {
      stream.link(links);
      Expression test = or();
      Expression otherwise = stream.skipName("else") ? conditional() : null;
      expression = new Conditional(position, test, expression, otherwise);
      findings.excuse(mark);
    }
    stream.leave();
    return expression;
  }

  /** An expression without the inline if. */
  Expression or() {
    Expression left = and();
    for (int links = 1; stream.skipName("or"); links++) {
      stream.link(links);
      left = new Logic(Logic.Operator.OR, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    for (int links = 1; stream.skipName("and"); links++) {
      stream.link(links);
      left = new Logic(Logic.Operator.AND, left, not());
    }
    return left;
  }

  private Expression not() {
    Position position = stream.position();
    if (!stream.skipName("not")) {
      return compare();
    }
    stream.enter();
    Expression operand = not();
    stream.leave();
    return new Unary(position, Unary.Operator.NOT, operand);
  }

  private Expression compare() {
    Expression first = sum();
    List<Comparisons.Operand> operands = new ArrayList<>();
    while (true) {
      Position position = stream.position();
      Comparisons.Operator operator = comparison();
      if (operator == null) {
        return operands.isEmpty() ? first : new Comparisons(first, operands);
      }
      operands.add(new Comparisons.Operand(position, operator, sum()));
    }
  }

  private Comparisons.@Nullable Operator comparison() {
    Comparisons.Operator operator =
        stream.is(TokenType.OPERATOR) ? COMPARISONS.get(stream.current().text()) : null;
    if (operator != null) {
      stream.next();
      return operator;
    }
    if (stream.skipName("in")) {
      return Comparisons.Operator.IN;
    }
    if (stream.isName("not") && stream.look().isName("in")) {
      stream.next();
      stream.next();
      return Comparisons.Operator.NOT_IN;
    }
    return null;
  }

  /** Operands and the operators between them that bind equally strong, from the left. */
  private Expression chain(Map<String, Binary.Operator> operators, Operand operand) {
    Expression left = operand.parse();
    for (int links = 1; stream.is(TokenType.OPERATOR); links++) {
      Binary.Operator operator = operators.get(stream.current().text());
      if (operator == null) {
        return left;
      }
      stream.link(links);
      Position position = stream.next().position();
      left = new Binary(position, operator, left, operand.parse());
    }
    return left;
  }

  @FunctionalInterface
  private interface Operand {
    Expression parse();
  }

  private Expression sum() {
    return chain(SUMS, this::concat);
  }

  private Expression concat() {
    List<Expression> parts = new ArrayList<>();
    parts.add(product());
    while (stream.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Concat(parts);
  }

  private Expression product() {
    return chain(PRODUCTS, this::power);
  }

  private Expression power() {
    return chain(POWERS, () -> terms.filtered(unary()));
  }

  /** A sign binds stronger than a filter. */
  private Expression unary() {
    Position position = stream.position();
    boolean minus = stream.skipOperator("-");
    if (!minus && !stream.skipOperator("+")) {
      return terms.postfix(terms.primary());
    }
    stream.enter();
    Expression operand = unary();
    stream.leave();
    Unary.Operator operator = minus ? Unary.Operator.NEGATE : Unary.Operator.PLUS;
    return terms.postfix(new Unary(position, operator, operand));
  }
}
