package io.deltaport.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page to talk with the model: one file. Its policy lets the browser run this very script and
 * style and nothing else, and call nobody but this server.
 */
record Page(String html, String policy) {
  static Page of(String html) {
    String policy =
        String.join(
            "; ",
            "default-src 'none'",
            "script-src " + hash(html, "script"),
            "style-src " + hash(html, "style"),
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");
    return new Page(html, policy);
  }

  private static String hash(String html, String tag) {
    int begin = html.indexOf("<" + tag + ">") + tag.length() + 2;
    String content = html.substring(begin, html.indexOf("</" + tag + ">"));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
