package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.syntax.TargetParser.Namespaces;
import io.deltaport.template.tree.Assign;
import io.deltaport.template.tree.AssignBlock;
import io.deltaport.template.tree.Block;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.FilterBlock;
import io.deltaport.template.tree.FilterLink;
import io.deltaport.template.tree.For;
import io.deltaport.template.tree.Foreign;
import io.deltaport.template.tree.Frame;
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
import org.jspecify.annotations.Nullable;

/** The statements of Jinja and of transformers' extensions. */
final class StatementParser {

  private final TokenStream stream;
  private final Findings findings;
  private final NameUse names;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private final MacroParser macros;
  private final Parser parser;
  private int loops;

  StatementParser(
      TokenStream stream,
      Findings findings,
      NameUse names,
      ExpressionParser expressions,
      Parser parser) {
    this.stream = stream;
    this.findings = findings;
    this.names = names;
    this.expressions = expressions;
    this.targets = new TargetParser(stream, names);
    this.macros = new MacroParser(stream, findings, names, expressions, targets, this);
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
          case "generation" -> generation();
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
    return TokenStream.error("Encountered findings tag '" + name + "'" + wanted, position);
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

  /** A body with a scope of its own: what is findings in it is an error even inside of an if. */
  Block scoped(String end) {
    int mark = findings.mark();
    Block block = body(end);
    findings.keep(mark);
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

  private Statement generation() {
    Frame frame = names.beginFrame();
    Block body = outsideOfLoops("endgeneration");
    names.endFrame();
    return new Generation(frame, body);
  }

  private Statement ifStatement() {
    int mark = findings.mark();
    names.frame().beginBranch();
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
        names.frame().endBranch();
        findings.excuse(mark);
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
    int mark = findings.mark();
    Expression test = loopTest(target);
    For.Kind kind = stream.skipName("recursive") ? For.Kind.RECURSIVE : For.Kind.PLAIN;
    Body body = new Body();
    Frame frame = names.beginFrame();
    target.forEachName(names::parameter);
    names.frame().read("loop");
    loops++;
    Token end = body(body, Set.of("endfor", "else"));
    loops--;
    names.endFrame();
    Frame otherwiseFrame = names.beginFrame();
    Block otherwise = end.isName("else") ? body("endfor") : new Block(List.of());
    names.endFrame();
    findings.keep(mark);
    names.endLoop();
    return new For(
        position, target, items, test, kind, frame, body.block(), otherwiseFrame, otherwise);
  }

  private @Nullable Expression loopTest(Target target) {
    if (!stream.skipName("if")) {
      return null;
    }
    names.beginFrame();
    target.forEachName(names::parameter);
    Expression test = expressions.conditional();
    names.endFrame();
    return test;
  }

  private Statement setStatement() {
    Target target = targets.parse(Namespaces.ALLOWED);
    if (stream.skipOperator("=")) {
      Expression value =
          expressions
              .terms()
              .tuple(TermParser.Empty.REFUSED, expressions::conditional, () -> false);
      target.forEachName(names::set);
      return new Assign(target, value);
    }
    target.forEachName(names::set);
    int mark = findings.mark();
    Frame frame = names.beginFrame();
    List<FilterLink> filters = new ArrayList<>();
    while (stream.skipOperator("|")) {
      filters.add(expressions.terms().filter());
    }
    AssignBlock statement = new AssignBlock(target, filters, frame, body("endset"));
    names.endFrame();
    findings.keep(mark);
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
    Frame frame = names.beginFrame();
    variables.forEach(variable -> variable.target().forEachName(names::parameter));
    Block body = scoped("endwith");
    names.endFrame();
    return new With(variables, frame, body);
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
    int mark = findings.mark();
    List<FilterLink> filters = new ArrayList<>();
    do {
      filters.add(expressions.terms().filter());
    } while (stream.skipOperator("|"));
    Frame frame = names.beginFrame();
    FilterBlock statement = new FilterBlock(filters, frame, body("endfilter"));
    names.endFrame();
    findings.keep(mark);
    return statement;
  }

  private Statement jump(Flow flow, Position position) {
    if (loops == 0) {
      findings.addLate(TokenStream.error("'" + flow + "' outside loop", position));
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
