package io.deltaport.cli;

import io.deltaport.runtime.Cancellation;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command, and how all commands behave. */
@Command(
    name = "deltaport",
    sortOptions = false,
    description =
        "Runs Qwen3-Next checkpoints of Hugging Face on ONNX Runtime, in Java, and proves the result.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InspectCommand.class,
      ConvertCommand.class,
      VerifyCommand.class,
      GenerateCommand.class,
      ServeCommand.class,
      TemplateCommand.class,
      PerplexityCommand.class,
      ParityCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
    },
    footer = {
      "",
      "MODEL is a directory (a Hugging Face checkpoint, or what convert made of one) or the id of a model",
      "in the local Hugging Face cache, such as Qwen/Qwen3-Next-80B-A3B-Instruct. Nothing is ever downloaded.",
      "",
      "Examples:",
      "  deltaport inspect fixtures/kjv-tiny",
      "  deltaport convert Qwen/Qwen3-Next-80B-A3B-Instruct qwen",
      "  deltaport generate qwen \"In the beginning\"",
      "",
      "Exit codes: 0 done; 1 a check (parity, verify) found a difference; 2 anything else went wrong; 130 cancelled (serve, ended by a signal: 0)."
    })
final class Deltaport implements Runnable {
  private final Cancellation cancellation;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error happened.")
  private boolean verbose;

  private Deltaport(Cancellation cancellation) {
    this.cancellation = cancellation;
  }

  /** The command line, ready to execute; nothing of it outlives the execution. */
  static CommandLine command(PrintWriter out, PrintWriter err, Cancellation cancellation) {
    CommandLine command = new CommandLine(new Deltaport(cancellation));
    return command
        .setOut(out)
        .setErr(err)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Deltaport::wrongUsage)
        .setExecutionExceptionHandler(Deltaport::failed);
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** Without a command. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    return new Failure(e.getMessage() + " (see '" + name + " --help')", ExitCode.FAILED)
        .report(command.getErr());
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    Deltaport root = (Deltaport) command.getCommandSpec().root().userObject();
    if (root.verbose) {
      e.printStackTrace(command.getErr());
    }
    return Failure.of(e).report(command.getErr());
  }
}
