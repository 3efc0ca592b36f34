package io.certferry.pfximport;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.certferry.pki.PkiException;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.custody.SealedImport;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;

/** Whatever a native importer claims to have sealed. */
class SealedImportFuzzTest {

  private static final ImportBinding BINDING =
      new ImportBinding("default", new UUID(1, 2), "AB", "wifi", "00");

  @FuzzTest(maxDuration = "30s")
  @Timeout(60)
  void refusesOrOpensAnyParts(FuzzedDataProvider data) {
    byte[] raw = data.consumeBytes(256);
    SealedImport sealed =
        new SealedImport(
            "00", data.consumeBytes(512), data.consumeBytes(4096), data.consumeRemainingAsBytes());
    try {
      sealed
          .open(
              BINDING,
              text ->
                  RsaOaep.decrypt(
                      cipherText -> raw.clone(),
                      2048,
                      OaepHash.SHA256,
                      SealedImport.label(BINDING),
                      text))
          .close();
    } catch (PkiException refused) {
      // What it is for.
    }
  }
}
