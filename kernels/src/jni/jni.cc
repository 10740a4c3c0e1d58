// io.deltaport.kernels.Native over the C API: arrays in and out, an error becomes a KernelException.
#include <dlfcn.h>
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

// The number that a call gives of an object; 0 after an error.
jlong Number(JNIEnv* env, int (*call)(int64_t handle, int64_t* number), jlong handle) {
  int64_t number = 0;
  Check(env, call(handle, &number));
  return number;
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

}  // namespace

#define DP_JNI(type, name) extern "C" JNIEXPORT type JNICALL Java_io_deltaport_kernels_Native_##name

DP_JNI(jlong, poolCreate)
(JNIEnv* env, jclass, jintArray layers, jlong slots, jlong blocks, jint block, jint kv_type, jint device) {
  std::vector<jint> fields = Ints(env, layers);
  static_assert(sizeof(dp_layer) == 9 * sizeof(jint));
  int64_t handle = 0;
  Check(env, dp_pool_create(reinterpret_cast<const dp_layer*>(fields.data()), static_cast<int32_t>(fields.size() / 9),
                            slots, blocks, block, kv_type, device, &handle));
  return handle;
}

DP_JNI(void, poolFree)(JNIEnv* env, jclass, jlong handle) { Check(env, dp_pool_free(handle)); }

DP_JNI(void, poolGrow)(JNIEnv* env, jclass, jlong handle, jlong slots, jlong blocks) {
  Check(env, dp_pool_grow(handle, slots, blocks));
}

DP_JNI(void, poolCopyBlocks)(JNIEnv* env, jclass, jlong handle, jintArray from, jintArray to, jint n) {
  std::vector<jint> sources = Ints(env, from);
  std::vector<jint> targets = Ints(env, to);
  if (n < 0 || static_cast<size_t>(n) > sources.size() || static_cast<size_t>(n) > targets.size()) {
    return Throw(env, "expected as many entries as are to be copied");
  }
  Check(env, dp_pool_copy_blocks(handle, sources.data(), targets.data(), n));
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

DP_JNI(jlong, poolBytes)(JNIEnv* env, jclass, jlong handle) { return Number(env, dp_pool_bytes, handle); }

DP_JNI(jstring, kernels)(JNIEnv* env, jclass) {
  const char* name = dp_kernels();
  if (*name == '\0') {
    Throw(env, dp_error());
    return nullptr;
  }
  return env->NewStringUTF(name);
}

DP_JNI(jstring, ops)(JNIEnv* env, jclass) { return env->NewStringUTF(dp_ops()); }

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

DP_JNI(void, pin)(JNIEnv* env, jclass, jint cpu) { Check(env, dp_pin(cpu)); }

DP_JNI(void, unpin)(JNIEnv* env, jclass) { Check(env, dp_unpin()); }

DP_JNI(void, setDefaultEnvironment)(JNIEnv* env, jclass, jstring name, jstring value) {
  setenv(Text(env, name).c_str(), Text(env, value).c_str(), 0);
}

DP_JNI(jstring, environment)(JNIEnv* env, jclass, jstring name) {
  const char* value = std::getenv(Text(env, name).c_str());
  return env->NewStringUTF(value == nullptr ? "" : value);
}

DP_JNI(jlongArray, cudaDevice)(JNIEnv* env, jclass, jint device, jobjectArray names) {
  dp_cuda_info info;
  if (dp_cuda_device(device, &info) != 0) {
    Throw(env, dp_error());
    return nullptr;
  }
  env->SetObjectArrayElement(names, 0, env->NewStringUTF(info.name));
  env->SetObjectArrayElement(names, 1, env->NewStringUTF(info.kernels));
  const jlong numbers[] = {info.capability, info.processors, info.driver, info.free_bytes, info.total_bytes};
  jlongArray copy = env->NewLongArray(5);
  if (copy != nullptr) env->SetLongArrayRegion(copy, 0, 5, numbers);
  return copy;
}

DP_JNI(jlong, cudaOpen)(JNIEnv* env, jclass, jint device) {
  int64_t session = 0;
  Check(env, dp_cuda_open(device, &session));
  return session;
}

DP_JNI(void, cudaClose)(JNIEnv* env, jclass, jlong session) { Check(env, dp_cuda_close(session)); }

DP_JNI(jlong, cudaStream)(JNIEnv* env, jclass, jlong session) { return Number(env, dp_cuda_stream, session); }

DP_JNI(jlong, cudaMissing)(JNIEnv* env, jclass, jlong session) { return Number(env, dp_cuda_missing, session); }

DP_JNI(void, cudaUpload)(JNIEnv* env, jclass, jlong session, jobject progress) {
  struct Listener {
    JNIEnv* env;
    jobject progress;
    jmethodID accept;
  } listener{env, progress, env->GetMethodID(env->GetObjectClass(progress), "accept", "(J)V")};
  if (listener.accept == nullptr) return;
  auto call = [](void* user, int64_t bytes) -> int {
    const Listener* self = static_cast<const Listener*>(user);
    self->env->CallVoidMethod(self->progress, self->accept, static_cast<jlong>(bytes));
    return self->env->ExceptionCheck() ? 1 : 0;
  };
  int result = dp_cuda_upload(session, call, &listener);
  if (!env->ExceptionCheck()) Check(env, result);
}

DP_JNI(void, cudaStep)(JNIEnv* env, jclass, jlong session, jobjectArray buffers) {
  std::vector<dp_table> tables(static_cast<size_t>(env->GetArrayLength(buffers)));
  for (size_t i = 0; i < tables.size(); i++) {
    jobject buffer = env->GetObjectArrayElement(buffers, static_cast<jsize>(i));
    tables[i] = {env->GetDirectBufferAddress(buffer), env->GetDirectBufferCapacity(buffer)};
    env->DeleteLocalRef(buffer);
  }
  Check(env, dp_cuda_step(session, tables.data(), static_cast<int32_t>(tables.size())));
}

DP_JNI(jlong, cudaEpoch)(JNIEnv* env, jclass, jlong session) { return Number(env, dp_cuda_epoch, session); }

DP_JNI(void, cudaRecord)(JNIEnv* env, jclass, jlong session) { Check(env, dp_cuda_record(session)); }

DP_JNI(jlong, cudaRecordEnd)(JNIEnv* env, jclass, jlong session) { return Number(env, dp_cuda_record_end, session); }

DP_JNI(void, cudaRecordDrop)(JNIEnv* env, jclass, jlong session) { Check(env, dp_cuda_record_end(session, nullptr)); }

DP_JNI(void, cudaReplay)(JNIEnv* env, jclass, jlong session, jlong recording) {
  Check(env, dp_cuda_replay(session, recording));
}

DP_JNI(void, cudaForget)(JNIEnv* env, jclass, jlong session, jlong recording) {
  Check(env, dp_cuda_forget(session, recording));
}

DP_JNI(jstring, loadLibrary)(JNIEnv* env, jclass, jstring name) {
  if (dlopen(Text(env, name).c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return env->NewStringUTF("");
  return env->NewStringUTF(dlerror());
}
