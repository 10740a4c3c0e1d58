// All ops of the domain ai.deltaport, version 1 (docs/ops.md).
#pragma once

#include "ort/abi.h"

namespace deltaport {

const OrtCustomOp* GatherRows();
const OrtCustomOp* Linear();
const OrtCustomOp* RmsNorm();
const OrtCustomOp* RotaryTable();
const OrtCustomOp* GatedAttention();
const OrtCustomOp* GatedDeltaNet();
const OrtCustomOp* SparseMoe();
const OrtCustomOp* GatedMlp();
const OrtCustomOp* Concat();
const OrtCustomOp* TopK();
const OrtCustomOp* SelfTest();

}  // namespace deltaport
