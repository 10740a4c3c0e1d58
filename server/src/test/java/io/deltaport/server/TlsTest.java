package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.server.options.ServerException;
import io.deltaport.server.options.ServerOptions;
import io.deltaport.server.options.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final String NAME = "server";
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private Path temp = Path.of("");

  @Test
  void servesHttps() throws Exception {
    KeyStore store = store();
    Path certificate = pem("CERTIFICATE", store.getCertificate(NAME).getEncoded());
    Path key = pem("PRIVATE KEY", store.getKey(NAME, PASSWORD).getEncoded());
    try (DeltaportServer server =
        DeltaportServer.listen(
            ServerOptions.DEFAULT.withPort(0).withTls(new Tls(certificate, key)))) {
      assertTrue(server.url().startsWith("https://127.0.0.1:"), server.url());
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build();
      HttpRequest health = HttpRequest.newBuilder(URI.create(server.url() + "/health")).build();
      HttpResponse<String> answer = client.send(health, HttpResponse.BodyHandlers.ofString());
      assertEquals("{\"status\":\"loading\"}", answer.body());
    }
  }

  @Test
  void filesThatAreNoPemAreRefused() throws IOException {
    Path nonsense = Files.writeString(temp.resolve("nonsense"), "nonsense");
    ServerOptions usual = ServerOptions.DEFAULT.withPort(0);
    ServerOptions wrong = usual.withTls(new Tls(nonsense, nonsense));
    assertThrows(ServerException.class, () -> DeltaportServer.listen(wrong));
    ServerOptions missing = usual.withTls(new Tls(temp.resolve("nowhere"), nonsense));
    assertThrows(ServerException.class, () -> DeltaportServer.listen(missing));
  }

  private KeyStore store() throws Exception {
    Path file = temp.resolve("store");
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                NAME,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .start()
            .waitFor();
    assertEquals(0, code);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private Path pem(String kind, byte[] encoded) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(encoded);
    return Files.writeString(
        temp.resolve(kind),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  private static SSLContext trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(NAME, store.getCertificate(NAME));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
