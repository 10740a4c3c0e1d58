package io.deltaport.template.syntax;

import io.deltaport.template.TemplateException;
import io.deltaport.template.TemplateException.Kind;
import io.deltaport.template.syntax.TargetParser.Namespaces;
import io.deltaport.template.tree.Assign;
import io.deltaport.template.tree.AssignBlock;
import io.deltaport.template.tree.Block;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.FilterBlock;
import io.deltaport.template.tree.FilterLink;
import io.deltaport.template.tree.For;
import io.deltaport.template.tree.Foreign;
import io.deltaport.template.tree.Generation;
import io.deltaport.template.tree.If;
import io.deltaport.template.tree.Jump;
import io.deltaport.template.tree.Print;
import io.deltaport.template.tree.Statement;
import io.deltaport.template.tree.Statement.Flow;
import io.deltaport.template.tree.Target;
import io.deltaport.template.tree.With;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The statements of Jinja and of transformers' extensions. */
final class StatementParser {

  private final TokenStream stream;
  private final UnknownNames unknown;
  private final NameUse names;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private final MacroParser macros;
  private final Parser parser;
  private int loops;

  StatementParser(
      TokenStream stream,
      UnknownNames unknown,
      NameUse names,
      ExpressionParser expressions,
      Parser parser) {
    this.stream = stream;
    this.unknown = unknown;
    this.names = names;
    this.expressions = expressions;
    this.targets = new TargetParser(stream, names);
    this.macros = new MacroParser(stream, names, expressions, targets, this);
    this.parser = parser;
  }

  /** The statement that begins with the current name, up to the end of its last block. */
  Statement parse(Set<String> ends) {
    Position position = stream.position();
    String name = stream.expect(TokenType.NAME).text();
    stream.enter();
    Statement statement =
        switch (name) {
          case "if" -> ifStatement();
          case "for" -> forStatement(position);
          case "set" -> setStatement();
          case "with" -> withStatement();
          case "print" -> printStatement();
          case "filter" -> filterStatement();
          case "generation" -> new Generation(macros.separate("endgeneration"));
          case "macro" -> macros.macro();
          case "call" -> macros.call(position);
          case "break" -> jump(Flow.BREAK, position);
          case "continue" -> jump(Flow.CONTINUE, position);
          case "include", "extends", "import", "from" -> foreign(position);
          case "block", "autoescape" -> throw unsupported(name, position);
          default -> throw unknownTag(name, ends, position);
        };
    stream.leave();
    return statement;
  }

  private static TemplateException unknownTag(String name, Set<String> ends, Position position) {
    String wanted = ends.isEmpty() ? "" : ", looking for " + String.join(" or ", ends);
    return TokenStream.error("Encountered unknown tag '" + name + "'" + wanted, position);
  }

  private static TemplateException unsupported(String name, Position position) {
    return new TemplateException(
        Kind.UNSUPPORTED,
        "the tag '" + name + "' is not supported",
        position.line(),
        position.column(),
        null);
  }

  /**
   * The body of a statement; the name of the block that ends it is read, the rest of that block is
   * not.
   */
  Token body(Body body, Set<String> ends) {
    stream.skipOperator(":");
    stream.expect(TokenType.BLOCK_END);
    body.block = parser.block(ends);
    return stream.next();
  }

  /** Where {@link #body} puts what it has read. */
  static final class Body {
    private Block block = new Block(List.of());

    Block block() {
      return block;
    }
  }

  /** The body of a statement that ends in one way. */
  Block body(String end) {
    Body body = new Body();
    body(body, Set.of(end));
    return body.block();
  }

  /** A body with a scope of its own: what is unknown in it is an error even inside of an if. */
  Block scoped(String end) {
    int mark = unknown.mark();
    Block block = body(end);
    unknown.keep(mark);
    return block;
  }

  /** A body that {@code break} cannot leave. */
  Block outsideOfLoops(String end) {
    int saved = loops;
    loops = 0;
    Block block = scoped(end);
    loops = saved;
    return block;
  }

  private Statement ifStatement() {
    int mark = unknown.mark();
    List<If.Branch> branches = new ArrayList<>();
    Block otherwise = new Block(List.of());
    while (true) {
      Expression test =
          expressions.terms().tuple(TermParser.Empty.REFUSED, expressions::or, () -> false);
      Body body = new Body();
      Token end = body(body, Set.of("elif", "else", "endif"));
      branches.add(new If.Branch(test, body.block()));
      if (end.isName("else")) {
        otherwise = body("endif");
      }
      if (!end.isName("elif")) {
        unknown.excuse(mark);
        return new If(branches, otherwise);
      }
    }
  }

  private Statement forStatement(Position position) {
    names.beginLoop();
    Target target = targets.parse(Namespaces.REFUSED);
    if (!stream.skipName("in")) {
      throw stream.error("expected token 'in', got '" + stream.current().describe() + "'");
    }
    Expression items =
        expressions
            .terms()
            .tuple(TermParser.Empty.REFUSED, expressions::or, () -> stream.isName("recursive"));
    int mark = unknown.mark();
    Expression test = stream.skipName("if") ? expressions.conditional() : null;
    For.Kind kind = stream.skipName("recursive") ? For.Kind.RECURSIVE : For.Kind.PLAIN;
    Body body = new Body();
    loops++;
    Token end = body(body, Set.of("endfor", "else"));
    loops--;
    Block otherwise = end.isName("else") ? body("endfor") : new Block(List.of());
    unknown.keep(mark);
    names.endLoop();
    return new For(position, target, items, test, kind, body.block(), otherwise);
  }

  private Statement setStatement() {
    Target target = targets.parse(Namespaces.ALLOWED);
    if (stream.skipOperator("=")) {
      return new Assign(
          target,
          expressions
              .terms()
              .tuple(TermParser.Empty.REFUSED, expressions::conditional, () -> false));
    }
    int mark = unknown.mark();
    List<FilterLink> filters = new ArrayList<>();
    while (stream.skipOperator("|")) {
      filters.add(expressions.terms().filter());
    }
    AssignBlock statement = new AssignBlock(target, filters, body("endset"));
    unknown.keep(mark);
    return statement;
  }

  private Statement withStatement() {
    List<Assign> variables = new ArrayList<>();
    while (!stream.is(TokenType.BLOCK_END)) {
      if (!variables.isEmpty()) {
        stream.expectOperator(",");
      }
      Target target = targets.parse(Namespaces.REFUSED);
      stream.expectOperator("=");
      variables.add(new Assign(target, expressions.conditional()));
    }
    return new With(variables, scoped("endwith"));
  }

  private Statement printStatement() {
    List<Expression> printed = new ArrayList<>();
    while (!stream.is(TokenType.BLOCK_END)) {
      if (!printed.isEmpty()) {
        stream.expectOperator(",");
      }
      printed.add(expressions.conditional());
    }
    return new Print(printed);
  }

  private Statement filterStatement() {
    int mark = unknown.mark();
    List<FilterLink> filters = new ArrayList<>();
    do {
      filters.add(expressions.terms().filter());
    } while (stream.skipOperator("|"));
    FilterBlock statement = new FilterBlock(filters, body("endfilter"));
    unknown.keep(mark);
    return statement;
  }

  private Statement jump(Flow flow, Position position) {
    if (loops == 0) {
      throw TokenStream.error("'" + flow + "' outside loop", position);
    }
    return new Jump(flow);
  }

  private Statement foreign(Position position) {
    while (!stream.is(TokenType.BLOCK_END) && !stream.is(TokenType.END)) {
      stream.next();
    }
    return new Foreign(position);
  }
}
