package io.deltaport.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GumbelTest {
  /** Computed by the Python lines of {@code docs/sampling.md}. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, 2130748aaac80268, -0.7143951177675683",
    "1, 0, 0, 0, e28195ddd9ee4956, 2.100418772361179",
    "0, 1, 0, 0, d1c0270687984b37, 1.6131535060703783",
    "0, 0, 1, 0, d9eef7f073d37c42, 1.8264278840431893",
    "0, 0, 0, 1, 2a4f111b3be57715, -0.587887241870068",
    "42, 0, 17, 1234, 838446379241e42d, 0.4064000972379798",
    "-1, 3, 262143, 248319, c24e32cb1d83a80a, 1.288275219277383",
    "9223372036854775807, 15, 5000000000, 7, 335096a9be262d31, -0.47449244916687044"
  })
  void isTheHashThatTheDocumentationGives(
      long seed, int choice, long position, int id, String hash, double noise) {
    long found = Gumbel.hash(Gumbel.place(seed, choice, position), id);
    assertEquals(hash, Long.toHexString(found));
    assertEquals(noise, Gumbel.noise(found), 1e-12);
  }

  @Test
  void theExtremesOfTheHashAreFinite() {
    assertEquals(-Math.log(53 * Math.log(2)), Gumbel.noise(0), 1e-12);
    double most = Gumbel.noise(-1);
    assertEquals(53 * Math.log(2), most, 1e-9);
    assertTrue(most < Gumbel.MOST);
  }

  @Test
  void theBoundIsNeverBelowTheNoise() {
    Random random = new Random(1);
    IntStream.range(0, 100_000)
        .mapToLong(
            i -> random.nextLong() >> random.nextInt(Long.SIZE) | 1L << random.nextInt(Long.SIZE))
        .forEach(hash -> assertTrue(Gumbel.most(hash) >= Gumbel.noise(hash), () -> "" + hash));
    assertTrue(Gumbel.most(-1) >= Gumbel.noise(-1));
  }
}
