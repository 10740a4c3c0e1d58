// All ops of the domain ai.deltaport, version 1 (docs/ops.md).
#pragma once

#include "ort/abi.h"

namespace deltaport {

const OrtCustomOp* GatherRows();
const OrtCustomOp* TakeRows();
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

// Their twins on the CUDA provider.
const OrtCustomOp* GatherRowsCuda();
const OrtCustomOp* TakeRowsCuda();
const OrtCustomOp* LinearCuda();
const OrtCustomOp* RmsNormCuda();
const OrtCustomOp* RotaryTableCuda();
const OrtCustomOp* GatedAttentionCuda();
const OrtCustomOp* GatedDeltaNetCuda();
const OrtCustomOp* SparseMoeCuda();
const OrtCustomOp* GatedMlpCuda();
const OrtCustomOp* ConcatCuda();
const OrtCustomOp* TopKCuda();

}  // namespace deltaport
