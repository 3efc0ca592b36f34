package io.certferry.pfximport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/** Whatever is uploaded as a PFX: a value comes back, soon, and for little memory. */
class PfxFileFuzzTest {

  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @FuzzTest(maxDuration = "30s")
  void looksAtAnyFileForLittleMemory(byte[] file) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Pkcs12Reader.inspect(file);
    long used = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(used).isLessThan(MOST_BYTES);
    try (SecretBytes password = SecretBytes.owning("secret".getBytes(StandardCharsets.US_ASCII))) {
      if (Pkcs12Reader.open(file, password) instanceof Pkcs12Opening.Opened opened) {
        opened.close();
      }
    }
  }
}
