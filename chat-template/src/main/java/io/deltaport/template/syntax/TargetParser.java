package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.tree.Target;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code set}, {@code for} and {@code with} assign to; that it is set is noted by who reads
 * the statement.
 */
final class TargetParser {

  private final TokenStream stream;
  private final NameUse names;

  TargetParser(TokenStream stream, NameUse names) {
    this.stream = stream;
    this.names = names;
  }

  /** Whether attributes of namespaces may be set. */
  enum Namespaces {
    ALLOWED,
    REFUSED
  }

  /** One target or several with commas between them. */
  Target parse(Namespaces namespaces) {
    Position position = stream.position();
    List<Target> targets = new ArrayList<>();
    boolean several = false;
    while (!isEnd()) {
      targets.add(one(namespaces));
      if (!stream.skipOperator(",")) {
        break;
      }
      several = true;
    }
    if (targets.isEmpty()) {
      throw stream.error("Expected an expression, got '" + stream.current().describe() + "'");
    }
    return several ? new Target.Several(position, targets) : targets.get(0);
  }

  private boolean isEnd() {
    return stream.is(TokenType.BLOCK_END) || stream.isOperator(")") || stream.isName("in");
  }

  private Target one(Namespaces namespaces) {
    Position position = stream.position();
    if (stream.skipOperator("(")) {
      stream.enter();
      Target inner =
          stream.isOperator(")")
              ? new Target.Several(position, List.of())
              : parse(Namespaces.REFUSED);
      stream.leave();
      stream.expectOperator(")");
      return inner;
    }
    if (!stream.is(TokenType.NAME)) {
      throw stream.error("can't assign to '" + stream.current().describe() + "'");
    }
    Token token = stream.next();
    if (namespaces == Namespaces.ALLOWED && stream.skipOperator(".")) {
      names.read(token.text());
      return new Target.NamespaceAttribute(
          position, token.text(), stream.expect(TokenType.NAME).text());
    }
    if (token.isName("loop") && names.inLoop()) {
      throw new TemplateException(
          Kind.ASSERTION,
          "Can't assign to special loop variable in for-loop target",
          position.line(),
          position.column(),
          null);
    }
    return new Target.Variable(name(token));
  }

  /** A name that can be set, already read. */
  private String name(Token token) {
    if (Literals.constant(token.text()) != null) {
      throw TokenStream.error("can't assign to '" + token.text() + "'", token.position());
    }
    return token.text();
  }

  /** A name that can be set. */
  String name() {
    return name(stream.expect(TokenType.NAME));
  }
}
