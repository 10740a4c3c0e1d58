package io.deltaport.template.syntax;

import io.deltaport.template.tree.Block;
import io.deltaport.template.tree.Call;
import io.deltaport.template.tree.CallBlock;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.Macro;
import io.deltaport.template.tree.MacroDefinition;
import io.deltaport.template.tree.Parameter;
import io.deltaport.template.tree.Statement;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Macros and call blocks, whose bodies are functions. */
final class MacroParser {

  private final TokenStream stream;
  private final NameUse names;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private final StatementParser statements;

  MacroParser(
      TokenStream stream,
      NameUse names,
      ExpressionParser expressions,
      TargetParser targets,
      StatementParser statements) {
    this.stream = stream;
    this.names = names;
    this.expressions = expressions;
    this.targets = targets;
    this.statements = statements;
  }

  Statement macro() {
    String name = stream.expect(TokenType.NAME).text();
    List<Parameter> parameters = parameters();
    return new Macro(name, definition(name, parameters, "endmacro"));
  }

  Statement call(Position position) {
    List<Parameter> parameters = stream.isOperator("(") ? parameters() : List.of();
    Expression call = expressions.conditional();
    if (!(call instanceof Call found)) {
      throw TokenStream.error("expected call", position);
    }
    return new CallBlock(found, definition(null, parameters, "endcall"));
  }

  /** A body that is a function, but for its parameters. */
  Block separate(String end) {
    return statements.outsideOfLoops(end);
  }

  private MacroDefinition definition(
      @Nullable String name, List<Parameter> parameters, String end) {
    names.begin();
    Block body = statements.outsideOfLoops(end);
    Set<String> specials = new HashSet<>(names.end());
    for (Parameter parameter : parameters) {
      boolean isCaller = parameter.name().equals(MacroDefinition.CALLER);
      if (isCaller && specials.contains(parameter.name()) && parameter.otherwise() == null) {
        throw stream.error("the special \"caller\" argument must be omitted or be given a default");
      }
      specials.remove(parameter.name());
    }
    return new MacroDefinition(name, parameters, body, specials);
  }

  private List<Parameter> parameters() {
    stream.expectOperator("(");
    List<Parameter> parameters = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    boolean defaults = false;
    while (!stream.isOperator(")")) {
      if (!parameters.isEmpty()) {
        stream.expectOperator(",");
      }
      String name = targets.name();
      if (!taken.add(name)) {
        throw stream.error("duplicate argument '" + name + "'");
      }
      Expression otherwise = stream.skipOperator("=") ? expressions.conditional() : null;
      if (otherwise == null && defaults) {
        throw stream.error("non-default argument follows default argument");
      }
      defaults |= otherwise != null;
      parameters.add(new Parameter(name, otherwise));
    }
    stream.next();
    return parameters;
  }
}
