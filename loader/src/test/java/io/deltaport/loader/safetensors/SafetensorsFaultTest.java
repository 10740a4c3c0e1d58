package io.deltaport.loader.safetensors;

import static io.deltaport.loader.safetensors.SafetensorsBytes.tensor;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One test a fault that a header can have; each message names the file, the place, expected and
 * found.
 */
final class SafetensorsFaultTest {
  @TempDir Path directory = Path.of("");

  private void assertRefused(Path file, String... parts) {
    String message = Refusals.assertRefused(() -> SafetensorsFile.read(file), parts);
    assertTrue(message.contains("s.safetensors"), message);
  }

  private void assertRefused(String header, int data, String... parts) {
    assertRefused(SafetensorsBytes.write(path(), header, data), parts);
  }

  private Path path() {
    return directory.resolve("s.safetensors");
  }

  @Test
  void anEmptyFile() {
    assertRefused(SafetensorsBytes.raw(path(), new byte[0]), "at least 8 bytes", "0 bytes");
  }

  @Test
  void aFileShorterThanItsLengthField() {
    assertRefused(SafetensorsBytes.raw(path(), new byte[7]), "at least 8 bytes", "7 bytes");
  }

  @Test
  void noFile() {
    assertRefused(path(), "a regular file", "nothing");
  }

  @Test
  void aDirectory() throws IOException {
    assertRefused(Files.createDirectory(path()), "a regular file", "something else");
  }

  @Test
  void aHeaderLengthBeyondTheFile() {
    assertRefused(
        SafetensorsBytes.write(path(), 3, "{}".getBytes(StandardCharsets.UTF_8), 0),
        "to end at byte 11",
        "end of file at byte 10");
  }

  @Test
  void aHeaderLengthBeyondTheLimitWithAFileToMatch() throws IOException {
    Path file = SafetensorsBytes.write(path(), 100_000_001, new byte[] {'{'}, 0);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 200_000_000);
    }
    assertRefused(file, "at most 100000000", "100000001");
  }

  @Test
  void aHeaderLengthOfTwoToThe63() {
    assertRefused(
        SafetensorsBytes.write(path(), Long.MIN_VALUE, new byte[] {'{', '}'}, 0),
        "at most 100000000",
        "9223372036854775808");
  }

  @Test
  void anEmptyHeader() {
    assertRefused("", 0, "byte 8", "'{'", "an empty header");
  }

  @Test
  void aHeaderThatDoesNotStartWithABrace() {
    assertRefused(" {}", 0, "byte 8", "'{'", "0x20");
  }

  @Test
  void aHeaderInOtherBytesThanUtf8() {
    byte[] header = {'{', '"', (byte) 0xc3, '(', '"', ':', '1', '}'};
    assertRefused(SafetensorsBytes.write(path(), header, 0), "UTF-8");
  }

  @Test
  void aHeaderWithAnOverlongCharacter() {
    byte[] header = {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'};
    assertRefused(SafetensorsBytes.write(path(), header, 0), "UTF-8");
  }

  @Test
  void aHeaderThatIsNoJson() {
    assertRefused("{\"a\":}", 0, "header", "JSON");
  }

  @Test
  void aHeaderThatEndsEarly() {
    assertRefused("{\"a\":{\"dtype\":\"F32\"", 0, "header", "JSON");
  }

  @Test
  void aListThatEndsEarly() {
    assertRefused("{\"a\":{\"shape\":[1", 0, "header", "JSON");
  }

  @Test
  void textAfterTheHeader() {
    assertRefused("{}{}", 0, "nothing after its closing brace");
  }

  @Test
  void aZeroByteAfterTheHeader() {
    assertRefused("{}\0", 0, "JSON");
  }

  @Test
  void aNumberThatIsNone() {
    assertRefused("{" + tensor("a", "F32", "[NaN]", "[0,4]") + "}", 4, "JSON", "NaN");
  }

  @Test
  void aTensorTwice() {
    String a = tensor("a", "F32", "[1]", "[0,4]");
    assertRefused("{" + a + "," + a + "}", 4, "JSON", "Duplicate", "a");
  }

  @Test
  void aKeyOfATensorTwice() {
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        4,
        "JSON",
        "Duplicate");
  }

  @Test
  void aDepthBomb() {
    assertRefused("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0, "a", "an object");
    assertRefused("{\"a\":{\"x\":" + "[".repeat(100_000), 0, "JSON", "depth");
  }

  @Test
  void aNameWithoutEnd() {
    assertRefused("{\"" + "a".repeat(5_000) + "\":1}", 0, "JSON", "length");
  }

  @Test
  void aNameOfHalfASurrogatePair() {
    assertRefused("{" + tensor("\\ud800", "F32", "[1]", "[0,4]") + "}", 4, "JSON", "surrogate");
    assertRefused("{" + tensor("\\udc00", "F32", "[1]", "[0,4]") + "}", 4, "JSON", "surrogate");
  }

  @Test
  void aNameWithControlCharactersIsPrintedWithoutThem() {
    assertRefused(
        "{" + tensor("a\\u001b[2J\\nb", "F99", "[1]", "[0,4]") + "}", 4, "a\\u001b[2J\\u000ab");
  }

  @Test
  void aTensorThatIsNoObject() {
    assertRefused("{\"a\":7}", 0, "a: expected an object", "7");
  }

  @Test
  void aTensorWithoutType() {
    assertRefused("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a:", "no dtype");
  }

  @Test
  void aTensorWithoutShape() {
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "a:", "no shape");
  }

  @Test
  void aTensorWithoutOffsets() {
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "a:", "no data_offsets");
  }

  @Test
  void anUnknownType() {
    assertRefused("{" + tensor("a", "F31", "[1]", "[0,4]") + "}", 4, "a: dtype", "\"F31\"");
  }

  @Test
  void aTypeThatIsNoText() {
    assertRefused("{\"a\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a: dtype", "4");
  }

  @Test
  void aShapeThatIsNoList() {
    assertRefused("{" + tensor("a", "F32", "1", "[0,4]") + "}", 4, "a: shape", "a list");
  }

  @Test
  void aShapeWithTooManyAxes() {
    String shape = "[1" + ",1".repeat(64) + "]";
    assertRefused("{" + tensor("a", "F32", shape, "[0,4]") + "}", 4, "a: shape", "64");
  }

  @Test
  void aFractionalAxis() {
    assertRefused("{" + tensor("a", "F32", "[1.0]", "[0,4]") + "}", 4, "a: shape", "1.0");
  }

  @Test
  void aNegativeAxis() {
    assertRefused("{" + tensor("a", "F32", "[-1]", "[0,4]") + "}", 4, "a: shape", "-1");
  }

  @Test
  void anAxisOfTwoToThe63() {
    assertRefused(
        "{" + tensor("a", "F32", "[9223372036854775808]", "[0,4]") + "}",
        4,
        "a: shape",
        "2^63 - 1",
        "9223372036854775808");
  }

  @Test
  void aProductThatOverflows() {
    assertRefused(
        "{" + tensor("a", "U8", "[4294967296,4294967296]", "[0,0]") + "}",
        0,
        "a: shape",
        "[4294967296, 4294967296]");
  }

  @Test
  void aProductThatOverflowsInBits() {
    assertRefused(
        "{" + tensor("a", "F64", "[1152921504606846976]", "[0,0]") + "}",
        0,
        "a: expected a whole number of bytes",
        "F64 [1152921504606846976]");
  }

  @Test
  void aTensorThatEndsWithinAByte() {
    assertRefused(
        "{" + tensor("a", "F4", "[3]", "[0,2]") + "}", 2, "whole number of bytes", "F4 [3]");
  }

  @Test
  void aShapeThatNeedsMoreBytes() {
    assertRefused(
        "{" + tensor("a", "F32", "[2]", "[0,4]") + "}", 4, "8 bytes for F32 [2]", "4 bytes");
  }

  @Test
  void aShapeThatNeedsFewerBytes() {
    assertRefused(
        "{" + tensor("a", "BF16", "[1]", "[0,4]") + "}", 4, "2 bytes for BF16 [1]", "4 bytes");
  }

  @Test
  void oneOffset() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[0]") + "}", 4, "a: data_offsets", "two");
  }

  @Test
  void threeOffsets() {
    assertRefused(
        "{" + tensor("a", "F32", "[1]", "[0,4,8]") + "}", 4, "a: data_offsets", "at most 2");
  }

  @Test
  void reversedOffsets() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[4,0]") + "}", 4, "a: data_offsets", "[4, 0]");
  }

  @Test
  void anOffsetBeyondTheFile() {
    assertRefused(
        "{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 4, "a: data_offsets", "<= 4", "[0, 8]");
  }

  @Test
  void aFractionalOffset() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[0,4.5]") + "}", 4, "a: data_offsets", "4.5");
  }

  @Test
  void anOffsetWithExponent() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[0,4e0]") + "}", 4, "a: data_offsets", "4e0");
  }

  @Test
  void aNegativeOffset() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[-4,0]") + "}", 4, "a: data_offsets", "-4");
  }

  @Test
  void anOffsetOfTwoToThe63() {
    assertRefused(
        "{" + tensor("a", "F32", "[1]", "[0,9223372036854775808]") + "}",
        4,
        "a: data_offsets",
        "9223372036854775808");
  }

  @Test
  void anOffsetThatIsAText() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[0,\"4\"]") + "}", 4, "a: data_offsets", "4");
  }

  @Test
  void anOffsetWithoutEnd() {
    assertRefused(
        "{" + tensor("a", "F32", "[1]", "[0," + "9".repeat(1_000) + "]") + "}", 4, "JSON");
  }

  @Test
  void overlappingTensors() {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    String b = tensor("b", "F32", "[2]", "[4,12]");
    assertRefused("{" + a + "," + b + "}", 12, "b:", "an overlap");
  }

  @Test
  void aTensorInsideAnother() {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    String b = tensor("b", "F32", "[0]", "[4,4]");
    assertRefused("{" + a + "," + b + "}", 8, "b:", "an overlap");
  }

  @Test
  void aGapBetweenTensors() {
    String a = tensor("a", "F32", "[1]", "[0,4]");
    String b = tensor("b", "F32", "[1]", "[8,12]");
    assertRefused("{" + a + "," + b + "}", 12, "b:", "a gap");
  }

  @Test
  void aGapBeforeTheFirstTensor() {
    assertRefused("{" + tensor("a", "F32", "[1]", "[4,8]") + "}", 8, "a:", "a gap");
  }

  @Test
  void bytesAfterTheLastTensor() {
    assertRefused(
        "{" + tensor("a", "F32", "[1]", "[0,4]") + "}",
        5,
        "to end at byte",
        "with its last tensor");
  }

  @Test
  void aTruncatedFile() {
    assertRefused(
        "{" + tensor("a", "F32", "[1]", "[0,4]") + "}", 3, "a: data_offsets", "<= 3", "[0, 4]");
  }

  @Test
  void metadataThatIsNoObject() {
    assertRefused("{\"__metadata__\":[]}", 0, "__metadata__", "an object of strings");
  }

  @Test
  void metadataWithANumber() {
    assertRefused("{\"__metadata__\":{\"n\":1}}", 0, "__metadata__: n", "a string");
  }
}
