package io.deltaport.template.tree;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A macro, or the body of a call block.
 *
 * @param name null for a call block
 * @param parameters in order
 * @param frame the names of its scope
 * @param body what it prints
 * @param specials which of {@code caller}, {@code kwargs}, {@code varargs} the body uses without
 *     declaring them
 */
public record MacroDefinition(
    @Nullable String name,
    List<Parameter> parameters,
    Frame frame,
    Block body,
    Set<String> specials) {

  /** The macro that is called by a call block. */
  public static final String CALLER = "caller";

  /** Named arguments that are no parameters. */
  public static final String KWARGS = "kwargs";

  /** Arguments by place beyond the parameters. */
  public static final String VARARGS = "varargs";

  /** Copies. */
  public MacroDefinition {
    parameters = List.copyOf(parameters);
    specials = Set.copyOf(specials);
  }

  String printed() {
    return name == null ? "anonymous" : "'" + name + "'";
  }

  boolean has(String parameter) {
    return parameters.stream().anyMatch(each -> each.name().equals(parameter));
  }
}
