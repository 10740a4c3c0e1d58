package io.deltaport.template.syntax;

import io.deltaport.template.library.Filter;
import io.deltaport.template.library.Filters;
import io.deltaport.template.library.Test;
import io.deltaport.template.library.Tests;
import io.deltaport.template.tree.Attribute;
import io.deltaport.template.tree.Call;
import io.deltaport.template.tree.CallArguments;
import io.deltaport.template.tree.DictLiteral;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.FilterCall;
import io.deltaport.template.tree.FilterLink;
import io.deltaport.template.tree.Item;
import io.deltaport.template.tree.ListLiteral;
import io.deltaport.template.tree.Literal;
import io.deltaport.template.tree.Name;
import io.deltaport.template.tree.SliceItem;
import io.deltaport.template.tree.TestCall;
import io.deltaport.template.tree.TupleLiteral;
import io.deltaport.template.tree.Unary;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Names, literals, and what can follow them: attributes, items, calls, filters, tests. */
final class TermParser {

  private final TokenStream stream;
  private final Findings findings;
  private final NameUse names;
  private final ExpressionParser expressions;

  TermParser(TokenStream stream, Findings findings, NameUse names, ExpressionParser expressions) {
    this.stream = stream;
    this.findings = findings;
    this.names = names;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = stream.current();
    switch (token.type()) {
      case NAME -> {
        stream.next();
        return name(token.text());
      }
      case STRING, INTEGER, FLOAT -> {
        return new Literal(Literals.read(stream));
      }
      default -> {
        return bracketed(token);
      }
    }
  }

  private Expression name(String name) {
    Literal constant = Literals.constant(name);
    if (constant != null) {
      return constant;
    }
    names.read(name);
    return new Name(name);
  }

  private Expression bracketed(Token token) {
    if (stream.skipOperator("(")) {
      Expression tuple = tuple(Empty.ALLOWED, expressions::conditional, () -> false);
      stream.expectOperator(")");
      return tuple;
    }
    if (stream.skipOperator("[")) {
      return new ListLiteral(items());
    }
    if (stream.skipOperator("{")) {
      return new DictLiteral(entries());
    }
    throw stream.error("unexpected '" + token.describe() + "'");
  }

  /** Whether there may be nothing. */
  enum Empty {
    ALLOWED,
    REFUSED
  }

  /** An item of a tuple. */
  @FunctionalInterface
  interface Part {
    Expression parse();
  }

  /**
   * One expression, or a tuple where a comma follows; it ends with the tag, at a parenthesis or
   * where told.
   */
  Expression tuple(Empty empty, Part part, BooleanSupplier isEnd) {
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (true) {
      if (!items.isEmpty()) {
        stream.expectOperator(",");
      }
      if (isTupleEnd() || isEnd.getAsBoolean()) {
        break;
      }
      items.add(part.parse());
      if (!stream.isOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (!isTuple && !items.isEmpty()) {
      return items.get(0);
    }
    if (!isTuple && empty == Empty.REFUSED) {
      throw stream.error("Expected an expression, got '" + stream.current().describe() + "'");
    }
    return new TupleLiteral(items);
  }

  private boolean isTupleEnd() {
    return stream.is(TokenType.VARIABLE_END)
        || stream.is(TokenType.BLOCK_END)
        || stream.isOperator(")");
  }

  private List<Expression> items() {
    List<Expression> items = new ArrayList<>();
    while (!stream.isOperator("]")) {
      if (!items.isEmpty()) {
        stream.expectOperator(",");
      }
      if (!stream.isOperator("]")) {
        items.add(expressions.conditional());
      }
    }
    stream.next();
    return items;
  }

  private List<DictLiteral.Entry> entries() {
    List<DictLiteral.Entry> entries = new ArrayList<>();
    while (!stream.isOperator("}")) {
      if (!entries.isEmpty()) {
        stream.expectOperator(",");
      }
      if (!stream.isOperator("}")) {
        Expression key = expressions.conditional();
        stream.expectOperator(":");
        entries.add(new DictLiteral.Entry(key, expressions.conditional()));
      }
    }
    stream.next();
    return entries;
  }

  /** Attributes, items and calls. */
  Expression postfix(Expression subject) {
    Expression expression = subject;
    for (int links = 1; ; links++) {
      stream.link(links);
      if (stream.isOperator(".")) {
        expression = attribute(expression);
      } else if (stream.isOperator("[")) {
        expression = item(expression);
      } else if (stream.isOperator("(")) {
        expression = call(expression);
      } else {
        return expression;
      }
    }
  }

  private Expression attribute(Expression owner) {
    Position position = stream.next().position();
    if (stream.is(TokenType.NAME)) {
      return new Attribute(position, owner, stream.next().text());
    }
    if (stream.is(TokenType.INTEGER)) {
      return new Item(position, owner, new Literal(Literals.read(stream)));
    }
    throw stream.error("expected name or number");
  }

  private Expression item(Expression owner) {
    Position position = stream.next().position();
    List<Expression> keys = new ArrayList<>();
    while (!stream.isOperator("]")) {
      if (!keys.isEmpty()) {
        stream.expectOperator(",");
      }
      Expression key = stream.isOperator(":") ? null : expressions.conditional();
      if (stream.isOperator(":")) {
        Expression slice = slice(position, owner, key);
        if (!keys.isEmpty() || !stream.skipOperator("]")) {
          throw stream.error("a slice stands alone");
        }
        return slice;
      }
      if (key != null) {
        keys.add(key);
      }
    }
    stream.next();
    return new Item(position, owner, keys.size() == 1 ? keys.get(0) : new TupleLiteral(keys));
  }

  private Expression slice(Position position, Expression owner, @Nullable Expression start) {
    stream.expectOperator(":");
    Expression stop = slicePart();
    Expression step = stream.skipOperator(":") ? slicePart() : null;
    return new SliceItem(position, owner, start, stop, step);
  }

  private @Nullable Expression slicePart() {
    boolean absent = stream.isOperator(":") || stream.isOperator("]") || stream.isOperator(",");
    return absent ? null : expressions.conditional();
  }

  private Expression call(Expression function) {
    Position position = stream.position();
    return new Call(position, function, arguments());
  }

  CallArguments arguments() {
    return new ArgumentParser(stream, findings, expressions).parse();
  }

  /** Filters, tests, and calls of what they return. */
  Expression filtered(Expression subject) {
    Expression expression = subject;
    for (int links = 1; ; links++) {
      stream.link(links);
      if (stream.isOperator("|")) {
        stream.next();
        expression = new FilterCall(expression, filter());
      } else if (stream.isName("is")) {
        expression = test(expression);
      } else if (stream.isOperator("(")) {
        expression = call(expression);
      } else {
        return expression;
      }
    }
  }

  /** The name of a filter and its arguments. */
  FilterLink filter() {
    Position position = stream.position();
    String name = dottedName();
    Filter filter = Filters.find(name);
    if (filter == null) {
      findings.add("No filter named '" + name + "'.", position);
    }
    CallArguments arguments = stream.isOperator("(") ? arguments() : CallArguments.NONE;
    return new FilterLink(position, name, filter, arguments);
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(stream.expect(TokenType.NAME).text());
    while (stream.skipOperator(".")) {
      name.append('.').append(stream.expect(TokenType.NAME).text());
    }
    return name.toString();
  }

  private Expression test(Expression subject) {
    Position position = stream.next().position();
    boolean negated = stream.skipName("not");
    String name = dottedName();
    Test test = Tests.find(name);
    if (test == null) {
      findings.add("No test named '" + name + "'.", position);
    }
    Expression call = new TestCall(position, subject, name, test, testArguments());
    return negated ? new Unary(position, Unary.Operator.NOT, call) : call;
  }

  /** One argument needs no parentheses. */
  private CallArguments testArguments() {
    if (stream.isOperator("(")) {
      return arguments();
    }
    boolean named =
        stream.is(TokenType.NAME)
            && !stream.isName("else")
            && !stream.isName("or")
            && !stream.isName("and");
    boolean literal =
        stream.is(TokenType.STRING) || stream.is(TokenType.INTEGER) || stream.is(TokenType.FLOAT);
    if (!named && !literal && !stream.isOperator("[") && !stream.isOperator("{")) {
      return CallArguments.NONE;
    }
    if (stream.isName("is")) {
      throw stream.error("You cannot chain multiple tests with is");
    }
    return CallArguments.of(postfix(primary()));
  }
}
