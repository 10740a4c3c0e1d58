#include "ops/ops.h"

#include "deltaport.h"

namespace deltaport {

const std::vector<const RegisteredOp*>& AllOps() {
  static const std::vector<const RegisteredOp*> ops = {
      GatherRows(),     GatherRowsCuda(),     TakeRows(),      TakeRowsCuda(),      Linear(),    LinearCuda(),
      RmsNorm(),        RmsNormCuda(),        RotaryTable(),   RotaryTableCuda(),   SparseMoe(), SparseMoeCuda(),
      GatedAttention(), GatedAttentionCuda(), GatedDeltaNet(), GatedDeltaNetCuda(), GatedMlp(),  GatedMlpCuda(),
      Concat(),         ConcatCuda(),         TopK(),          TopKCuda(),          SelfTest()};
  return ops;
}

}  // namespace deltaport

const char* dp_ops(void) {
  static const std::string text = [] {
    std::string lines;
    for (const deltaport::RegisteredOp* op : deltaport::AllOps()) lines += op->Declaration() + "\n";
    return lines;
  }();
  return text.c_str();
}
