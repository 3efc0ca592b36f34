package io.certferry.pfximport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;

/** Whatever is uploaded as a PFX: a value comes back, soon, and for little memory. */
class PfxFileFuzzTest {

  @FuzzTest(maxDuration = "30s")
  @Timeout(60)
  void readsAnyFileSoonAndForLittleMemory(byte[] file) {
    assertThat(Work.of(() -> Pkcs12Reader.inspect(file))).satisfies(Work::allocatesLittle);
    assertThat(Work.of(() -> open(file))).satisfies(Work::holdsLittle);
  }

  private static void open(byte[] file) {
    try (SecretBytes password = SecretBytes.owning("secret".getBytes(StandardCharsets.US_ASCII))) {
      if (Pkcs12Reader.open(file, password) instanceof Pkcs12Opening.Opened opened) {
        opened.close();
      }
    }
  }
}
