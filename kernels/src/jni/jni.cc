// io.deltaport.kernels.Native over the C API: arrays in and out, an error becomes a KernelException.
#include <jni.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "deltaport.h"

namespace {

void Throw(JNIEnv* env, const char* message) {
  jclass type = env->FindClass("io/deltaport/kernels/KernelException");
  if (type != nullptr) env->ThrowNew(type, message);
}

void Check(JNIEnv* env, int result) {
  if (result != 0) Throw(env, dp_error());
}

std::vector<jint> Ints(JNIEnv* env, jintArray array) {
  std::vector<jint> values(static_cast<size_t>(env->GetArrayLength(array)));
  env->GetIntArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  return values;
}

std::string Text(JNIEnv* env, jstring text) {
  const char* bytes = env->GetStringUTFChars(text, nullptr);
  std::string copy = bytes == nullptr ? "" : bytes;
  if (bytes != nullptr) env->ReleaseStringUTFChars(text, bytes);
  return copy;
}

// The address of `size` bytes at `offset` of a direct buffer; throws and returns null where they are not there.
uint8_t* Bytes(JNIEnv* env, jobject buffer, jint offset, jint size) {
  uint8_t* address = static_cast<uint8_t*>(env->GetDirectBufferAddress(buffer));
  jlong capacity = env->GetDirectBufferCapacity(buffer);
  if (address == nullptr || offset < 0 || size < 0 || offset > capacity || size > capacity - offset) {
    Throw(env, "expected a direct buffer that holds the bytes");
    return nullptr;
  }
  return address + offset;
}

using Copy = int (*)(int64_t, const int32_t*, const int32_t*, int64_t);

void CopyAll(JNIEnv* env, Copy copy, jlong handle, jintArray from, jintArray to, jint n) {
  std::vector<jint> sources = Ints(env, from);
  std::vector<jint> targets = Ints(env, to);
  if (n < 0 || static_cast<size_t>(n) > sources.size() || static_cast<size_t>(n) > targets.size()) {
    return Throw(env, "expected as many entries as are to be copied");
  }
  Check(env, copy(handle, sources.data(), targets.data(), n));
}

}  // namespace

#define DP_JNI(type, name) extern "C" JNIEXPORT type JNICALL Java_io_deltaport_kernels_Native_##name

DP_JNI(jlong, poolCreate)
(JNIEnv* env, jclass, jintArray layers, jlong rows, jlong blocks, jint block, jint kv_type, jint device) {
  std::vector<jint> fields = Ints(env, layers);
  static_assert(sizeof(dp_layer) == 9 * sizeof(jint));
  int64_t handle = 0;
  Check(env, dp_pool_create(reinterpret_cast<const dp_layer*>(fields.data()), static_cast<int32_t>(fields.size() / 9),
                            rows, blocks, block, kv_type, device, &handle));
  return handle;
}

DP_JNI(void, poolFree)(JNIEnv* env, jclass, jlong handle) { Check(env, dp_pool_free(handle)); }

DP_JNI(void, poolGrow)(JNIEnv* env, jclass, jlong handle, jlong rows, jlong blocks) {
  Check(env, dp_pool_grow(handle, rows, blocks));
}

DP_JNI(void, poolCopyRows)(JNIEnv* env, jclass, jlong handle, jintArray from, jintArray to, jint n) {
  CopyAll(env, dp_pool_copy_rows, handle, from, to, n);
}

DP_JNI(void, poolCopyBlocks)(JNIEnv* env, jclass, jlong handle, jintArray from, jintArray to, jint n) {
  CopyAll(env, dp_pool_copy_blocks, handle, from, to, n);
}

DP_JNI(void, poolRead)
(JNIEnv* env, jclass, jlong handle, jint layer, jint part, jlong index, jobject data, jint offset, jint size) {
  uint8_t* to = Bytes(env, data, offset, size);
  if (to != nullptr) Check(env, dp_pool_read(handle, layer, part, index, to, static_cast<size_t>(size)));
}

DP_JNI(void, poolWrite)
(JNIEnv* env, jclass, jlong handle, jint layer, jint part, jlong index, jobject data, jint offset, jint size) {
  const uint8_t* from = Bytes(env, data, offset, size);
  if (from != nullptr) Check(env, dp_pool_write(handle, layer, part, index, from, static_cast<size_t>(size)));
}

DP_JNI(jlong, poolBytes)(JNIEnv* env, jclass, jlong handle) {
  int64_t bytes = 0;
  Check(env, dp_pool_bytes(handle, &bytes));
  return bytes;
}

DP_JNI(jstring, kernels)(JNIEnv* env, jclass) {
  const char* name = dp_kernels();
  if (*name == '\0') {
    Throw(env, dp_error());
    return nullptr;
  }
  return env->NewStringUTF(name);
}

DP_JNI(jdoubleArray, limits)(JNIEnv* env, jclass, jint threads) {
  double limits[4] = {};
  if (dp_limits(threads, limits) != 0) {
    Throw(env, dp_error());
    return nullptr;
  }
  jdoubleArray copy = env->NewDoubleArray(4);
  if (copy != nullptr) env->SetDoubleArrayRegion(copy, 0, 4, limits);
  return copy;
}

DP_JNI(void, setDefaultEnvironment)(JNIEnv* env, jclass, jstring name, jstring value) {
  setenv(Text(env, name).c_str(), Text(env, value).c_str(), 0);
}

DP_JNI(jstring, environment)(JNIEnv* env, jclass, jstring name) {
  const char* value = std::getenv(Text(env, name).c_str());
  return env->NewStringUTF(value == nullptr ? "" : value);
}
