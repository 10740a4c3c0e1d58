package io.deltaport.template.syntax;

import io.deltaport.template.tree.Block;
import io.deltaport.template.tree.Call;
import io.deltaport.template.tree.CallBlock;
import io.deltaport.template.tree.Expression;
import io.deltaport.template.tree.Frame;
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
  private final Findings findings;
  private final NameUse names;
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private final StatementParser statements;

  MacroParser(
      TokenStream stream,
      Findings findings,
      NameUse names,
      ExpressionParser expressions,
      TargetParser targets,
      StatementParser statements) {
    this.stream = stream;
    this.findings = findings;
    this.names = names;
    this.expressions = expressions;
    this.targets = targets;
    this.statements = statements;
  }

  Statement macro() {
    String name = stream.expect(TokenType.NAME).text();
    names.frame().set(name);
    return new Macro(name, definition(name, "endmacro"));
  }

  Statement call(Position position) {
    Frame frame = names.beginFrame();
    List<Parameter> parameters = stream.isOperator("(") ? parameters() : List.of();
    names.endFrame();
    Expression call = expressions.conditional();
    if (!(call instanceof Call found)) {
      throw TokenStream.error("expected call", position);
    }
    if (found.arguments().named().containsKey(MacroDefinition.CALLER)) {
      findings.addLate(TokenStream.error("keyword argument repeated: caller", position));
    }
    return new CallBlock(found, definition(null, parameters, frame, "endcall"));
  }

  private MacroDefinition definition(String name, String end) {
    Frame frame = names.beginFrame();
    List<Parameter> parameters = parameters();
    names.endFrame();
    return definition(name, parameters, frame, end);
  }

  private MacroDefinition definition(
      @Nullable String name, List<Parameter> parameters, Frame frame, String end) {
    names.beginMacro();
    names.resume(frame);
    Block body = statements.outsideOfLoops(end);
    names.endFrame();
    Set<String> specials = new HashSet<>(names.endMacro());
    for (Parameter parameter : parameters) {
      boolean isCaller = parameter.name().equals(MacroDefinition.CALLER);
      if (isCaller && specials.contains(parameter.name()) && parameter.otherwise() == null) {
        throw stream.error("the special \"caller\" argument must be omitted or be given a default");
      }
      specials.remove(parameter.name());
    }
    return new MacroDefinition(name, parameters, frame, body, specials);
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
      names.parameter(name);
      if (!taken.add(name)) {
        findings.addLate(stream.error("duplicate argument '" + name + "'"));
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
