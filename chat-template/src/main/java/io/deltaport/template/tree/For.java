package io.deltaport.template.tree;

import io.deltaport.template.library.Sieve;
import io.deltaport.template.value.IteratorValue;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * {@code {% for target in items if test recursive %}body{% else %}otherwise{% endfor %}}. Each turn
 * has its own scope.
 *
 * @param test which items count, null = all
 * @param kind whether {@code loop(items)} may be called
 * @param frame the names of a turn
 * @param otherwiseFrame the names of the else
 * @param otherwise is done where no turn came to the end of the body: none at all, or each left it
 *     by break or continue
 */
public record For(
    Position position,
    Target target,
    Expression items,
    @Nullable Expression test,
    Kind kind,
    Frame frame,
    Block body,
    Frame otherwiseFrame,
    Block otherwise)
    implements Statement {

  /** Whether the loop can be called. */
  public enum Kind {
    /** It cannot. */
    PLAIN,
    /** It can. */
    RECURSIVE
  }

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    return turns(items.value(scope, run), 0, scope, out, run);
  }

  private Flow turns(Value all, long depth0, Scope scope, Output out, Run run) {
    run.at(position);
    LoopValue loop = loop(all, depth0, scope, run);
    boolean finished = false;
    for (Value item = loop.next(); item != null; item = loop.next()) {
      run.step();
      Scope inner = frame.open(scope);
      target.assign(item, inner, run);
      inner.set("loop", loop);
      Flow flow = body.execute(inner, out, run);
      finished |= flow == Flow.NEXT;
      if (flow == Flow.BREAK) {
        break;
      }
    }
    return finished ? Flow.NEXT : otherwise.execute(otherwiseFrame.open(scope), out, run);
  }

  private LoopValue loop(Value all, long depth0, Scope scope, Run run) {
    LoopValue.Recursion recursion =
        kind == Kind.PLAIN ? null : (items, depth, itsRun) -> recurse(items, depth, scope, itsRun);
    Iterator<Value> each = all.iterate(run);
    if (test == null) {
      long length = all instanceof IteratorValue ? -1 : all.length();
      return new LoopValue(each, length, recursion, depth0);
    }
    return new LoopValue(
        new Sieve(each, item -> passes(item, test, scope, run)), -1, recursion, depth0);
  }

  private boolean passes(Value item, Expression condition, Scope scope, Run run) {
    Scope inner = scope.inner();
    target.assign(item, inner, run);
    return condition.value(inner, run).truth();
  }

  private Value recurse(Value more, long depth0, Scope scope, Run run) {
    run.enter();
    Output out = new Output(run);
    turns(more, depth0, scope, out, run);
    run.leave();
    return StrValue.of(out.text(), run);
  }
}
