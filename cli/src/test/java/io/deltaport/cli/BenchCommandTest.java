package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  @Test
  void printsOneObject() {
    JsonNode json = bench("--prefill", "8,16", "--decode", "16", "--json").json();
    assertEquals(2, json.get("prefill").size());
    assertEquals(1, json.get("decode").size());
    assertTrue(json.get("prefill").get("8").doubleValue() > 0);
    assertTrue(json.get("decode").get("16").doubleValue() > 0);
    // bf16: two bytes of each active parameter, a row of the embedding, the state read and written.
    assertEquals(2 * (1_932_912 + 128) + 2 * 116_736, json.get("bytes_per_token").longValue());
    assertTrue(json.get("draft4_step").get("time_ratio").doubleValue() > 0);
    // Five tokens choose 4 of 16 experts each and write their state; the KV cache is read once.
    double one = 2 * (1_932_912 + 128) + 2 * 116_736 + 128 * 1_024;
    double experts = (1 - Math.pow(0.75, 5)) / 0.25 - 1;
    double more = experts * 2 * 8 * 4 * 3 * 128 * 64 + 4 * 116_736;
    assertEquals(
        (one + more) / one, json.get("draft4_step").get("bytes_ratio").doubleValue(), 1e-6);
    assertTrue(json.get("peak_rss_bytes").longValue() > 1 << 20);
    assertTrue(json.get("cpus").intValue() >= 1);
    assertTrue(json.has("cores"));
    assertTrue(json.get("limits").get("flop_s").has("bf16"));
  }

  @Test
  void severalSequencesHaveNoShareOfTheBandwidth() {
    JsonNode json = bench("--prefill", "8", "--decode", "8", "--seqs", "3", "--json").json();
    assertEquals(3, json.get("seqs").intValue());
    assertTrue(json.get("decode_share").get("8").isNull());
    assertFalse(json.has("draft4_step"));
  }

  @Test
  void numbersAreAboveZero() {
    Cli.run("bench", Cli.MODEL, "--prefill", "0").failed("above 0");
    Cli.run("bench", Cli.MODEL, "--seqs", "0").failed("above 0");
  }

  private static Cli bench(String... options) {
    String[] args = new String[options.length + 4];
    System.arraycopy(new String[] {"bench", Cli.MODEL, "--steps", "2"}, 0, args, 0, 4);
    System.arraycopy(options, 0, args, 4, options.length);
    return Cli.run(args);
  }
}
