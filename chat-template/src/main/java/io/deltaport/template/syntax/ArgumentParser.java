package io.deltaport.template.syntax;

import io.deltaport.template.tree.CallArguments;
import io.deltaport.template.tree.Expression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of one call. */
final class ArgumentParser {

  private final TokenStream stream;
  private final Findings findings;
  private final ExpressionParser expressions;
  private final List<Expression> positional = new ArrayList<>();
  private final Map<String, Expression> named = new LinkedHashMap<>();
  private @Nullable Expression more;
  private @Nullable Expression moreNamed;

  ArgumentParser(TokenStream stream, Findings findings, ExpressionParser expressions) {
    this.stream = stream;
    this.findings = findings;
    this.expressions = expressions;
  }

  CallArguments parse() {
    stream.expectOperator("(");
    for (boolean first = true; !stream.isOperator(")"); first = false) {
      if (!first) {
        stream.expectOperator(",");
      }
      if (!stream.isOperator(")")) {
        argument();
      }
    }
    stream.next();
    return new CallArguments(positional, named, more, moreNamed);
  }

  private void argument() {
    if (stream.skipOperator("*")) {
      require(more == null && moreNamed == null);
      more = expressions.conditional();
    } else if (stream.skipOperator("**")) {
      require(moreNamed == null);
      moreNamed = expressions.conditional();
    } else if (stream.is(TokenType.NAME) && stream.look().isOperator("=")) {
      require(moreNamed == null);
      String name = stream.next().text();
      stream.next();
      if (named.put(name, expressions.conditional()) != null) {
        findings.addLate(stream.error("keyword argument repeated: " + name));
      }
    } else {
      require(more == null && moreNamed == null && named.isEmpty());
      positional.add(expressions.conditional());
    }
  }

  private void require(boolean holds) {
    if (!holds) {
      throw stream.error("invalid syntax for function call expression");
    }
  }
}
