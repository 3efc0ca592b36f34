package io.certferry.pfximport.imported;

import io.certferry.edge.ProblemException;
import io.certferry.pfximport.importkey.ImportKey;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.certferry.pfximport.importkey.KeyStoreUnavailableException;
import io.certferry.pki.PkiException;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.pkcs12.Pkcs12Opening.Refused;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether what an importer sealed is sealed as it says: the seal is opened once, the PFX inside is
 * looked at from outside and stays closed.
 */
@Singleton
class SealedUpload {

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final ImportKeyRing keys;

  SealedUpload(ImportKeyRing keys) {
    this.keys = keys;
  }

  /**
   * Opens the seal and forgets what was inside.
   *
   * @throws ProblemException 422 if it is bound to something else or holds no acceptable PFX, 503
   */
  void verify(NewImport pfx) {
    ImportKey key =
        keys.bySha256(pfx.tenant(), pfx.sealed().keySha256())
            .orElseThrow(ProblemException::notFound);
    ImportBinding binding =
        new ImportBinding(
            pfx.tenant(), pfx.userId(), pfx.thumbprint(), pfx.purpose().id(), pfx.pfxSha256());
    byte[] label = SealedImport.label(binding);
    try (SealedImport.Clear clear =
        pfx.sealed().open(binding, text -> keys.decrypt(key, OaepHash.SHA256, label, text))) {
      Optional<Refused> refusal = Pkcs12Reader.inspect(clear.pfx().expose(SecretAccess.granted()));
      if (refusal.isPresent()) {
        throw ProblemException.ruleBroken(
            "/sealedPfx", refusal.get().reason().code(), refusal.get().message());
      }
    } catch (PkiException e) {
      throw ProblemException.ruleBroken(
          "/encryptedKey",
          "binding",
          "the sealed parts are not bound to this tenant, user, certificate, purpose and file");
    } catch (KeyStoreUnavailableException e) {
      throw ProblemException.unavailable("the import key cannot be reached now", RETRY);
    }
  }
}
