package io.deltaport.cli;

import io.deltaport.runtime.options.RunException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C or SIGTERM as a message instead of the virtual machine's end, so that a command may end by
 * itself and with its own exit code. Java has no interface for it but {@code sun.misc.Signal} of
 * {@code jdk.unsupported}, which is looked up; where it is missing a signal ends the machine as
 * always.
 */
final class TerminationSignal {
  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private final CountDownLatch came = new CountDownLatch(1);

  private TerminationSignal() {}

  /** Signals are messages from now on. */
  static TerminationSignal await() {
    TerminationSignal signal = new TerminationSignal();
    SIGNALS.forEach(signal::handle);
    return signal;
  }

  /** Waits for one. */
  void join() {
    try {
      came.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunException(RunException.Reason.CANCELLED, "cancelled", e);
    }
  }

  private void handle(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      InvocationHandler note =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              came.countDown();
            }
            return null;
          };
      Object noting =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, note);
      handle.invoke(null, signal.getConstructor(String.class).newInstance(name), noting);
    } catch (ReflectiveOperationException e) {
      throw new RunException(RunException.Reason.MODEL, "SIG" + name + ": " + e, e);
    }
  }
}
