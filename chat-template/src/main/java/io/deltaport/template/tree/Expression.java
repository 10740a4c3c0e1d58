package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** What has a value. */
public sealed interface Expression
    permits Literal,
        Name,
        ListLiteral,
        TupleLiteral,
        DictLiteral,
        Attribute,
        Item,
        SliceItem,
        Call,
        FilterCall,
        TestCall,
        Unary,
        Binary,
        Concat,
        Comparisons,
        Logic,
        Conditional {

  /** The value in this scope; what is evaluated counts its step itself. */
  Value evaluate(Scope scope, Run run);

  /** The value in this scope, one step. */
  default Value value(Scope scope, Run run) {
    run.step();
    return evaluate(scope, run);
  }
}
