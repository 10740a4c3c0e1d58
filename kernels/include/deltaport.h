/* Deltaport's C API: state pools and library services. The ONNX Runtime entry point is RegisterCustomOps.
 *
 * Every function returns 0 on success; otherwise dp_error() gives the reason, one line, for the calling thread.
 * Every handle, index and size is checked; a wrong one is an error, never undefined behaviour. All functions may be
 * called from any thread; calls on one pool are serialised by the library, but the caller must not change a slot or
 * block that a run in progress uses.
 *
 * Axes: kernel = taps of the causal convolution, conv_dim = 2 * k_heads * k_dim + v_heads * v_dim.
 */
#ifndef DELTAPORT_H_
#define DELTAPORT_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DP_API __attribute__((visibility("default")))

enum dp_layer_kind { DP_LINEAR = 0, DP_FULL_ATTENTION = 1 };
enum dp_kv_type { DP_KV_F32 = 0, DP_KV_BF16 = 1, DP_KV_INT8 = 2 };
enum dp_device {
  DP_CPU = -1
}; /* 0 and up: the GPU of that number, whose pools have their slots and blocks in its memory */
enum dp_part { DP_CONV = 0, DP_RECURRENT = 1, DP_KEY = 2, DP_VALUE = 3 };

/* The state one decoder layer keeps. Fields of the other kind are 0. */
typedef struct {
  int32_t layer;  /* the `layer` attribute of the op that uses it */
  int32_t kind;   /* dp_layer_kind */
  int32_t kernel; /* linear: conv_state f32 [slots, kernel-1, conv_dim] */
  int32_t conv_dim;
  int32_t v_heads; /* linear: recurrent_state f32 [slots, v_heads, k_dim, v_dim] */
  int32_t k_dim;
  int32_t v_dim;
  int32_t kv_heads; /* full attention: key_cache, value_cache [blocks, kv_heads, block, head_dim] of kv_type */
  int32_t head_dim;
} dp_layer;

/* Creates a pool of zeroed state for n layers: `slots` slots for linear layers, `blocks` blocks of `block` tokens. */
DP_API int dp_pool_create(const dp_layer* layers, int32_t n, int64_t slots, int64_t blocks, int32_t block,
                          int32_t kv_type, int32_t device, int64_t* handle);
DP_API int dp_pool_free(int64_t handle);

/* Grows a pool to `slots` slots and `blocks` blocks (neither may shrink), keeping handle and contents; what is new is
 * zeroed. No run may be using the pool. On an error the pool is as it was. */
DP_API int dp_pool_grow(int64_t handle, int64_t slots, int64_t blocks);

/* Copies n blocks of every full-attention layer, from[i] to to[i], in order. */
DP_API int dp_pool_copy_blocks(int64_t handle, const int32_t* from, const int32_t* to, int64_t n);

/* Reads or writes one slot or block of one part of a layer; size must be its exact size in bytes. */
DP_API int dp_pool_read(int64_t handle, int32_t layer, int32_t part, int64_t index, void* data, size_t size);
DP_API int dp_pool_write(int64_t handle, int32_t layer, int32_t part, int64_t index, const void* data, size_t size);

/* Bytes the pool holds. */
DP_API int dp_pool_bytes(int64_t handle, int64_t* bytes);

/* ---- GPUs. The driver is looked for at the first call; where it is missing or does not work, all of these say why. */

typedef struct {
  char name[128];
  char kernels[16];   /* this library's device code that runs on it ("sm_90a"), "" if none does */
  int32_t capability; /* 10 * major + minor */
  int32_t processors; /* multiprocessors */
  int32_t driver;     /* CUDA version of the driver: 12080 = 12.8 */
  int64_t free_bytes; /* of its memory, now */
  int64_t total_bytes;
} dp_cuda_info;

DP_API int dp_cuda_device(int32_t device, dp_cuda_info* info);

/* What the CUDA ops of one model share; ops find it by the session entry deltaport.cuda, its handle. ONNX Runtime must
 * run on its stream (user_compute_stream). It lasts until it is closed and the last op that uses it is gone. */
DP_API int dp_cuda_open(int32_t device, int64_t* session);
DP_API int dp_cuda_close(int64_t session);
DP_API int dp_cuda_stream(int64_t session, int64_t* stream);

/* Bytes of GPU memory that the weights of the ops created so far still need, and their upload. Of experts that stay in
 * host memory (session entries deltaport.experts, deltaport.expert_slots) these are the slots they are brought to, at
 * least. progress (may be null) hears of the bytes of each part and returns 0 to go on. On an error nothing of this
 * upload stays on the GPU. */
DP_API int dp_cuda_missing(int64_t session, int64_t* bytes);
DP_API int dp_cuda_upload(int64_t session, int (*progress)(void* user, int64_t bytes), void* user);

/* Brings the host tables of the next run to the GPU in one copy; the run's inputs must be at the same addresses. */
typedef struct {
  const void* data;
  int64_t bytes;
} dp_table;
DP_API int dp_cuda_step(int64_t session, const dp_table* tables, int32_t n);

/* A run between record and record_end does not run: it is recorded, with the host addresses of its outputs, and replay
 * (after a step of tables of the same sizes, which are checked as in a run) runs it and waits. recording null = drop
 * what was recorded. A recording is of no use once the epoch has changed, which says that memory has moved. A session's
 * recordings go with it. Steps that bring experts from host memory cannot be recorded. */
DP_API int dp_cuda_epoch(int64_t session, int64_t* epoch);
DP_API int dp_cuda_record(int64_t session);
DP_API int dp_cuda_record_end(int64_t session, int64_t* recording);
DP_API int dp_cuda_replay(int64_t session, int64_t recording);
DP_API int dp_cuda_forget(int64_t session, int64_t recording);

/* ---- */

/* The last error of the calling thread, "" if none. Valid until the next call on this thread. */
DP_API const char* dp_error(void);

/* The kernel isa in use by default ("reference", "avx2", "avx512", "avx512_bf16", "avx512_vnni", "neon"). */
DP_API const char* dp_kernels(void);

/* What every op declares, one a line for each provider: provider|name|inputs|outputs|attributes. An input, output or
 * attribute is a name, an attribute's followed by ":" and its type; "?" marks what a node may leave out. */
DP_API const char* dp_ops(void);

/* What this machine can do at most, measured in about a quarter of a second by loops on 1 to 1024 threads: bytes read a
 * second from 2 MiB pages, float32 and bf16 operations and int8 operations a second; 0 = no such instruction. */
DP_API int dp_limits(int32_t threads, double* limits /* [4] */);

/* Keeps the calling thread on one CPU, and lets it run again where it could before. */
DP_API int dp_pin(int32_t cpu);
DP_API int dp_unpin(void);

#ifdef __cplusplus
}
#endif

#endif /* DELTAPORT_H_ */
