package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.server.options.ServerOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageTest {
  @Test
  void thePageIsOneFileAndItsPolicyStrict() {
    try (DeltaportServer server =
        DeltaportServer.listen(ServerOptions.DEFAULT.withPort(0).withKeys(List.of("k")))) {
      Client.Answer page = new Client(server.url()).get("/").is(200);
      assertEquals("text/html; charset=utf-8", page.header("content-type"));
      assertEquals("nosniff", page.header("x-content-type-options"));
      String policy = page.header("content-security-policy");
      assertTrue(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      String html = page.response().body();
      Stream.of(
              "http://", "https://", "src=", "<link", "@import", "style=\"", "onclick", "innerHTML")
          .forEach(part -> assertFalse(html.contains(part), part));
    }
  }
}
