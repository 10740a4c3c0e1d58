// All ops of the domain ai.deltaport, version 1 (docs/ops.md).
#pragma once

#include <string>
#include <vector>

#include "ort/op.h"

namespace deltaport {

using ort::RegisteredOp;

// Every op, each on every provider that it has.
const std::vector<const RegisteredOp*>& AllOps();

const RegisteredOp* GatherRows();
const RegisteredOp* TakeRows();
const RegisteredOp* Linear();
const RegisteredOp* RmsNorm();
const RegisteredOp* RotaryTable();
const RegisteredOp* GatedAttention();
const RegisteredOp* GatedDeltaNet();
const RegisteredOp* SparseMoe();
const RegisteredOp* GatedMlp();
const RegisteredOp* Concat();
const RegisteredOp* TopK();
const RegisteredOp* SelfTest();

// Their twins on the CUDA provider.
const RegisteredOp* GatherRowsCuda();
const RegisteredOp* TakeRowsCuda();
const RegisteredOp* LinearCuda();
const RegisteredOp* RmsNormCuda();
const RegisteredOp* RotaryTableCuda();
const RegisteredOp* GatedAttentionCuda();
const RegisteredOp* GatedDeltaNetCuda();
const RegisteredOp* SparseMoeCuda();
const RegisteredOp* GatedMlpCuda();
const RegisteredOp* ConcatCuda();
const RegisteredOp* TopKCuda();

}  // namespace deltaport
