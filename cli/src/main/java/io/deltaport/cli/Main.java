package io.deltaport.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The command {@code deltaport}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    Interruption interruption = Interruption.install();
    int code = run(out, err, interruption, args);
    out.flush();
    err.flush();
    interruption.workIsDone();
    System.exit(code);
  }

  /** Whatever happens is one line and an exit code, errors of the virtual machine too. */
  private static int run(
      PrintWriter out, PrintWriter err, Interruption interruption, String... args) {
    CommandLine command = Deltaport.command(out, err, interruption.cancellation());
    try {
      return command.execute(args);
    } catch (Throwable e) {
      return Failure.of(e).report(err);
    }
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
