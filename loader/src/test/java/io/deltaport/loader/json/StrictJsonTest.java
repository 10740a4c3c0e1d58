package io.deltaport.loader.json;

import static io.deltaport.loader.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StrictJsonTest {
  @TempDir Path directory = Path.of("");

  private static void refused(String json, String... parts) {
    String message =
        assertRefused(() -> StrictJson.object("f.json", new StringReader(json)), parts);
    assertEquals("f.json: ", message.substring(0, 8));
  }

  @Test
  void anObjectThatDoesNotEnd() {
    refused("{\"a\": 1", "JSON", "close marker for Object at line 1");
  }

  @Test
  void readsAnObject() {
    assertEquals(1, StrictJson.object("f.json", new StringReader(" {\"a\":1} ")).get("a").asInt());
  }

  @Test
  void keepsUnicode() throws IOException {
    Path file = Files.writeString(directory.resolve("f.json"), "{\"ключ\":\"值\"}");
    assertEquals("值", StrictJson.object(file).get("ключ").textValue());
  }

  @Test
  void nothing() {
    refused("", "a JSON object", "nothing");
  }

  @Test
  void aList() {
    refused("[]", "a JSON object", "a list");
  }

  @Test
  void brokenJson() {
    refused("{\"a\":\n1", "JSON", "line 2");
  }

  @Test
  void aComment() {
    refused("{/* */}", "JSON");
  }

  @Test
  void aCommaTooMany() {
    refused("{\"a\":1,}", "JSON");
  }

  @Test
  void twoValues() {
    refused("{} {}", "JSON");
  }

  @Test
  void aKeyTwice() {
    refused("{\"a\":1,\"a\":2}", "JSON", "Duplicate", "a");
  }

  @Test
  void aKeyTwiceInside() {
    refused("{\"b\":{\"a\":1,\"a\":2}}", "JSON", "Duplicate", "a");
  }

  @Test
  void notANumber() {
    refused("{\"a\":NaN}", "JSON", "NaN");
  }

  @Test
  void infinity() {
    refused("{\"a\":-Infinity}", "JSON");
  }

  @Test
  void depth() {
    refused("{\"a\":" + "[".repeat(1_000_000), "JSON", "depth");
  }

  @Test
  void aNumberWithoutEnd() {
    refused("{\"a\":" + "1".repeat(100_000) + "}", "JSON", "length");
  }

  @Test
  void anExponentWithoutEndIsNotExpanded() {
    assertEquals(
        Double.POSITIVE_INFINITY,
        StrictJson.object("f.json", new StringReader("{\"a\":1e999999999}"))
            .get("a")
            .doubleValue());
  }

  @Test
  void millionsOfEmptyLists() {
    refused("{\"a\":[" + "[],".repeat(2_100_000) + "[]]}", "JSON", "4000000");
  }

  @Test
  void aKeyWithoutEnd() {
    refused("{\"" + "a".repeat(100_000) + "\":1}", "JSON", "length");
  }

  @Test
  void otherBytesThanUtf8() throws IOException {
    Path file = Files.write(directory.resolve("f.json"), new byte[] {'{', '"', (byte) 0xff, '"'});
    assertRefused(() -> StrictJson.object(file), "f.json", "UTF-8");
  }

  @Test
  void utf16IsNotGuessed() throws IOException {
    Path file = Files.write(directory.resolve("f.json"), new byte[] {0, '{', 0, '}'});
    assertRefused(() -> StrictJson.object(file), "f.json", "JSON");
  }

  @Test
  void aFileBeyondTheLimitIsNotRead() throws IOException {
    Path file = directory.resolve("f.json");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), StrictJson.LARGEST);
    }
    assertRefused(() -> StrictJson.object(file), "f.json", "at most 100000000 bytes", "100000001");
  }

  @Test
  void noFile() {
    assertRefused(() -> StrictJson.object(directory.resolve("f.json")), "f.json", "readable");
  }
}
