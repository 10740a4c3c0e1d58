package io.deltaport.template.tree;

import io.deltaport.template.library.NamespaceValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** What a value is assigned to. */
public sealed interface Target {

  /** Assigns. */
  void assign(Value value, Scope scope, Run run);

  /** Throws where an attribute would be set of what is no namespace. */
  void check(Scope scope, Run run);

  /** Every variable that it sets. */
  void forEachName(Consumer<String> action);

  /** A variable. */
  record Variable(String name) implements Target {

    @Override
    public void assign(Value value, Scope scope, Run run) {
      scope.set(name, value);
    }

    @Override
    public void check(Scope scope, Run run) {}

    @Override
    public void forEachName(Consumer<String> action) {
      action.accept(name);
    }
  }

  /** An attribute of a namespace. */
  record NamespaceAttribute(Position position, String namespace, String name) implements Target {

    @Override
    public void assign(Value value, Scope scope, Run run) {
      run.at(position);
      namespace(scope).set(name, value);
    }

    @Override
    public void check(Scope scope, Run run) {
      run.at(position);
      namespace(scope);
    }

    @Override
    public void forEachName(Consumer<String> action) {}

    private NamespaceValue namespace(Scope scope) {
      if (scope.get(namespace) instanceof NamespaceValue found) {
        return found;
      }
      throw Raise.runtime("cannot assign attribute on non-namespace object");
    }
  }

  /** Several, of as many elements. */
  record Several(Position position, List<Target> targets) implements Target {

    /** Copies. */
    public Several {
      targets = List.copyOf(targets);
    }

    @Override
    public void assign(Value value, Scope scope, Run run) {
      run.at(position);
      if (value instanceof NoneValue || value instanceof NumberValue) {
        throw Raise.type("cannot unpack non-iterable " + value.type() + " object");
      }
      Iterator<Value> items = value.iterate(run);
      Value[] values = new Value[targets.size()];
      for (int i = 0; i < values.length; i++) {
        if (!items.hasNext()) {
          throw Raise.value(
              "not enough values to unpack (expected " + values.length + ", got " + i + ")");
        }
        values[i] = items.next();
      }
      if (items.hasNext()) {
        throw Raise.value("too many values to unpack (expected " + values.length + ")");
      }
      for (int i = 0; i < values.length; i++) {
        targets.get(i).assign(values[i], scope, run);
      }
    }

    @Override
    public void check(Scope scope, Run run) {
      targets.forEach(target -> target.check(scope, run));
    }

    @Override
    public void forEachName(Consumer<String> action) {
      targets.forEach(target -> target.forEachName(action));
    }
  }
}
