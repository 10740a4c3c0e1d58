// io.deltaport.paritytests.StandIn: what the tests see of the stand-in, and the faults they ask for.
#include <jni.h>

#include "device.h"

using namespace deltaport::standin;

extern "C" JNIEXPORT jlongArray JNICALL Java_io_deltaport_paritytests_StandIn_read(JNIEnv* env, jclass) {
  const Counts& counts = TheCounts();
  const jlong values[] = {counts.copies_to_device, counts.bytes_to_device, counts.copies_to_host,  counts.bytes_to_host,
                          counts.copies_on_device, counts.launches,        counts.foreign_kernels, counts.device_bytes,
                          counts.pinned_bytes,     counts.streams,         counts.graph_launches};
  constexpr jsize kValues = sizeof(values) / sizeof(values[0]);
  jlongArray copy = env->NewLongArray(kValues);
  if (copy != nullptr) env->SetLongArrayRegion(copy, 0, kValues, values);
  return copy;
}

extern "C" JNIEXPORT void JNICALL Java_io_deltaport_paritytests_StandIn_memory(JNIEnv*, jclass, jlong bytes) {
  TheFaults().memory = bytes;
}

extern "C" JNIEXPORT void JNICALL Java_io_deltaport_paritytests_StandIn_failCopyAfter(JNIEnv*, jclass, jlong copies) {
  TheFaults().copies_until_failure = copies;
}

extern "C" JNIEXPORT void JNICALL Java_io_deltaport_paritytests_StandIn_refuseCapture(JNIEnv*, jclass, jint refuse) {
  TheFaults().no_capture = refuse != 0;
}

extern "C" JNIEXPORT void JNICALL Java_io_deltaport_paritytests_StandIn_killDriver(JNIEnv*, jclass, jint dead) {
  TheFaults().dead_driver = dead != 0;
}
