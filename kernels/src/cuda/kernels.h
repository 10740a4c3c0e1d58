// Every CUDA kernel: its name in the device code and the struct that it takes by value (args.h).
#pragma once

// clang-format off
#define DELTAPORT_CUDA_KERNELS(ENTRY) \
  ENTRY(rms_norm, RmsNormArgs) \
  ENTRY(concat, ConcatArgs) \
  ENTRY(gather_rows_f32, GatherRowsArgs) \
  ENTRY(gather_rows_f16, GatherRowsArgs) \
  ENTRY(gather_rows_bf16, GatherRowsArgs) \
  ENTRY(gather_rows_fp8, GatherRowsArgs) \
  ENTRY(gather_rows_int8, GatherRowsArgs) \
  ENTRY(gather_rows_int4, GatherRowsArgs) \
  ENTRY(gather_rows_fp4, GatherRowsArgs) \
  ENTRY(rotary_table, RotaryTableArgs) \
  ENTRY(top_k, TopKArgs) \
  ENTRY(product_exact_f32, ProductArgs) \
  ENTRY(product_exact_f16, ProductArgs) \
  ENTRY(product_exact_bf16, ProductArgs) \
  ENTRY(product_exact_fp8, ProductArgs) \
  ENTRY(product_exact_int8, ProductArgs) \
  ENTRY(product_exact_int4, ProductArgs) \
  ENTRY(product_exact_fp4, ProductArgs) \
  ENTRY(product_gemv_f16, ProductArgs) \
  ENTRY(product_gemv_bf16, ProductArgs) \
  ENTRY(product_gemv_fp8, ProductArgs) \
  ENTRY(product_gemv_int8, ProductArgs) \
  ENTRY(product_gemv_int4, ProductArgs) \
  ENTRY(round_inputs, RoundArgs) \
  ENTRY(product_middle_f16, ProductArgs) \
  ENTRY(product_middle_bf16, ProductArgs) \
  ENTRY(product_middle_fp8, ProductArgs) \
  ENTRY(product_middle_int8, ProductArgs) \
  ENTRY(product_middle_int4, ProductArgs) \
  ENTRY(product_wide_f16, ProductArgs) \
  ENTRY(product_wide_bf16, ProductArgs) \
  ENTRY(product_wide_fp8, ProductArgs) \
  ENTRY(product_wide_int8, ProductArgs) \
  ENTRY(product_wide_int4, ProductArgs) \
  ENTRY(product_wgmma_bf16, ProductArgs) \
  ENTRY(route, RouteArgs) \
  ENTRY(group_rows, GroupArgs) \
  ENTRY(combine_experts, CombineArgs) \
  ENTRY(delta_prepare, DeltaArgs) \
  ENTRY(delta_recurrent_128, DeltaArgs) \
  ENTRY(delta_recurrent_256, DeltaArgs) \
  ENTRY(delta_products, DeltaArgs) \
  ENTRY(delta_chunked_128, DeltaArgs) \
  ENTRY(delta_norm, DeltaArgs) \
  ENTRY(attention_prepare, AttentionArgs) \
  ENTRY(attention, AttentionArgs) \
  ENTRY(attention_wide, AttentionArgs) \
  ENTRY(attention_split, AttentionArgs) \
  ENTRY(attention_merge, AttentionArgs)
// clang-format on

namespace deltaport::cuda {

enum class KernelId {
#define ENTRY(name, Args) name,
  DELTAPORT_CUDA_KERNELS(ENTRY)
#undef ENTRY
};

constexpr const char* kKernelNames[] = {
#define ENTRY(name, Args) #name,
    DELTAPORT_CUDA_KERNELS(ENTRY)
#undef ENTRY
};

constexpr int kKernels = sizeof(kKernelNames) / sizeof(kKernelNames[0]);

constexpr const char* KernelName(KernelId id) { return kKernelNames[static_cast<int>(id)]; }

}  // namespace deltaport::cuda
