package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.options.TemplateLimits;
import io.deltaport.template.tree.Block;
import io.deltaport.template.tree.Data;
import io.deltaport.template.tree.Frame;
import io.deltaport.template.tree.Print;
import io.deltaport.template.tree.Statement;
import io.deltaport.template.tree.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Text, print statements and blocks; {@link StatementParser} reads what stands in a block. */
public final class Parser {

  private final TokenStream stream;
  private final ExpressionParser expressions;
  private final StatementParser statements;

  private Parser(TokenStream stream, Findings findings, NameUse names) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream, findings, names);
    this.statements = new StatementParser(stream, findings, names, expressions, this);
  }

  /**
   * The tree of a template.
   *
   * @throws TemplateException where it is not Jinja, or passes a limit
   */
  public static Template parse(String template, TemplateLimits limits) {
    if (template.length() > limits.source()) {
      throw new TemplateException(
          Kind.LIMIT, "the template is longer than " + limits.source() + " characters");
    }
    List<Token> tokens = Lexer.tokens(new Source(template));
    Findings findings = new Findings();
    Frame frame = Frame.root();
    TokenStream stream = new TokenStream(tokens, limits.nesting());
    Block body = new Parser(stream, findings, new NameUse(frame)).block(Set.of());
    findings.check();
    frame.settle();
    return new Template(frame, body);
  }

  /**
   * The statements up to a block of one of these names, which is current then; up to the end where
   * there are none.
   */
  Block block(Set<String> ends) {
    List<Statement> body = new ArrayList<>();
    while (!stream.is(TokenType.END)) {
      if (stream.is(TokenType.DATA)) {
        body.add(new Data(stream.next().text()));
      } else if (stream.is(TokenType.VARIABLE_BEGIN)) {
        body.add(print());
      } else {
        stream.expect(TokenType.BLOCK_BEGIN);
        if (stream.is(TokenType.NAME) && ends.contains(stream.current().text())) {
          return new Block(body);
        }
        body.add(statements.parse(ends));
        stream.expect(TokenType.BLOCK_END);
      }
    }
    if (!ends.isEmpty()) {
      throw stream.error("Unexpected end of template, looking for " + String.join(" or ", ends));
    }
    return new Block(body);
  }

  private Statement print() {
    stream.next();
    Print print =
        new Print(
            List.of(
                expressions
                    .terms()
                    .tuple(TermParser.Empty.REFUSED, expressions::conditional, () -> false)));
    stream.expect(TokenType.VARIABLE_END);
    return print;
  }
}
