package io.deltaport.cli;

import io.deltaport.server.options.ServerOptions;
import io.deltaport.server.options.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a server listens and whom it lets in. */
final class ServerFlags {
  private static final String KEY_VARIABLE = "DELTAPORT_API_KEY";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Address to listen at; one that other machines reach needs a key (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen at; 0 = a free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--alias",
      paramLabel = "NAME",
      description =
          "What requests may call the model besides its directory's name; * = anything. May be given several times.")
  private List<String> aliases = List.of();

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description =
          "What clients have to send. Other users of this machine can see it: better the variable "
              + KEY_VARIABLE
              + ", or --api-key-file.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "A file of keys, one a line; any of them will do. Lines that begin with # are left out.")
  private Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description =
          "Pages of this origin may call the server from a browser, such as https://example.org; * = all."
              + " May be given several times.")
  private List<String> origins = List.of();

  @Option(
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "Serve HTTPS with this certificate; goes with --tls-key.")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "PEM", description = "The certificate's private key.")
  private Optional<Path> privateKey = Optional.empty();

  @Option(
      names = "--keep-billing-header",
      description =
          "Leave in a system block that begins x-anthropic-billing-header: it changes with every request, so that"
              + " nothing read before is found again.")
  private boolean keepBillingHeader;

  List<String> aliases() {
    return aliases;
  }

  /** The options given, over the usual ones. */
  ServerOptions over(ServerOptions usual, List<String> names) {
    if (certificate.isPresent() != privateKey.isPresent()) {
      throw new CommandException("--tls-cert and --tls-key go together");
    }
    ServerOptions options =
        usual
            .withKeys(keys())
            .withHost(host)
            .withPort(port)
            .withNames(names)
            .withOrigins(origins)
            .withStripBillingHeader(!keepBillingHeader);
    return certificate
        .map(file -> options.withTls(new Tls(file, privateKey.orElseThrow())))
        .orElse(options);
  }

  /** All keys that were given; the variable counts where the command line has none. */
  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    key.ifPresent(keys::add);
    keyFile.ifPresent(file -> keys.addAll(read(file)));
    String variable = System.getenv(KEY_VARIABLE);
    if (keys.isEmpty() && variable != null && !variable.isBlank()) {
      keys.add(variable);
    }
    return keys;
  }

  private static List<String> read(Path file) {
    try {
      List<String> keys =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
      if (keys.isEmpty()) {
        throw new CommandException(file + ": expected keys, one a line");
      }
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
