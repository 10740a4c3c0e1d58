package io.deltaport.template.tree;

import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Slice;
import io.deltaport.template.value.Value;
import org.jspecify.annotations.Nullable;

/** {@code owner[start:stop:step]}. */
public record SliceItem(
    Position position,
    Expression owner,
    @Nullable Expression start,
    @Nullable Expression stop,
    @Nullable Expression step)
    implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = owner.value(scope, run);
    Slice slice =
        new Slice(part(start, scope, run), part(stop, scope, run), part(step, scope, run));
    run.at(position);
    return slice.of(value, run);
  }

  private static @Nullable Value part(@Nullable Expression part, Scope scope, Run run) {
    return part == null ? null : part.value(scope, run);
  }
}
