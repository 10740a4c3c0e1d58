package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.List;

/** {@code {% set target | filter %}body{% endset %}}. */
public record AssignBlock(Target target, List<FilterLink> filters, Frame frame, Block body)
    implements Statement {

  /** Copies. */
  public AssignBlock {
    filters = List.copyOf(filters);
  }

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    Scope inner = frame.open(scope);
    Output captured = new Output(run);
    Flow flow = body.execute(inner, captured, run);
    if (flow != Flow.NEXT) {
      return flow;
    }
    Value value = StrValue.of(captured.text(), run);
    for (FilterLink filter : filters) {
      value = filter.apply(value, inner, run);
    }
    target.assign(value, scope, run);
    return Flow.NEXT;
  }
}
