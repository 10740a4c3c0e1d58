package io.deltaport.cli;

import io.deltaport.engine.request.EngineException;
import io.deltaport.loader.ProblemsException;
import io.deltaport.runtime.options.RunException;
import io.deltaport.server.options.ServerException;
import io.deltaport.template.options.TemplateException;
import io.deltaport.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;

/**
 * A command that could not do its work.
 *
 * @param message one line
 * @param exitCode see {@link ExitCode}
 */
record Failure(String message, int exitCode) {
  Failure {
    message = message.replaceAll("\\R", " ");
  }

  static Failure of(Throwable e) {
    if (e instanceof EngineException && e.getCause() instanceof RunException cause) {
      return of(cause);
    }
    if (e instanceof EngineException && e.getCause() instanceof UncheckedIOException cause) {
      return of(cause); // whoever listened could not write
    }
    if (e instanceof RunException run && run.reason() == RunException.Reason.CANCELLED) {
      return new Failure("cancelled", ExitCode.CANCELLED);
    }
    return new Failure(isExpected(e) ? described(e) : "unexpected error: " + e, ExitCode.FAILED);
  }

  /** Prints the line; returns the exit code. */
  int report(PrintWriter err) {
    err.println("deltaport: " + message);
    return exitCode;
  }

  private static boolean isExpected(Throwable e) {
    return e instanceof ProblemsException
        || e instanceof RunException
        || e instanceof EngineException
        || e instanceof ServerException
        || e instanceof TokenizerException
        || e instanceof TemplateException
        || e instanceof CommandException
        || e instanceof EngineException
        || e instanceof ServerException
        || e instanceof UncheckedIOException
        || e instanceof IOException;
  }

  private static String described(Throwable e) {
    if (e instanceof UncheckedIOException io && io.getCause() != null) {
      return described(io.getCause());
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getMessage() + ": no such file";
    }
    return e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
  }
}
