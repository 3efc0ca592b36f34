package io.certferry.pfximport.graph;

import io.certferry.contracts.UserIds;
import io.certferry.pfximport.imported.Custody;
import io.certferry.pfximport.imported.Custody.Holding;
import io.certferry.pfximport.imported.ImportedPfx;
import io.certferry.pfximport.imported.NewImport;
import io.certferry.pfximport.importkey.ImportKey;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.certferry.pfximport.importkey.KeyStoreUnavailableException;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening.Refused;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import io.certferry.pki.pkcs12.Pkcs12Refusal;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came through Graph, made ready to be stored: the password is taken out of its encryption,
 * file and password are sealed whole. The PFX is looked at from outside only; whether the password
 * opens it shows at the first delivery.
 */
@Singleton
class SealUpload {

  private static final byte[] NO_LABEL = {};

  private final ImportKeyRing keys;
  private final Custody custody;

  SealUpload(ImportKeyRing keys, Custody custody) {
    this.keys = keys;
    this.custody = custody;
  }

  /** A password, and the key to whose name it was encrypted. */
  private record Password(SecretBytes clear, ImportKey key) implements AutoCloseable {
    @Override
    public void close() {
      clear.close();
    }

    @Override
    public String toString() {
      return "Password[redacted]";
    }
  }

  /**
   * Seals an upload with its own file.
   *
   * @throws GraphException 400, 413 or 503
   */
  NewImport seal(String tenant, GraphImport wanted, byte[] blob, byte[] encryptedPassword) {
    inspect(blob);
    try (Password password = password(tenant, wanted, encryptedPassword)) {
      ImportKey current = keys.successorOf(password.key()).orElse(password.key());
      return sealed(tenant, wanted, blob, password.clear(), current);
    }
  }

  /**
   * Seals what is there anew for what has changed around it.
   *
   * @throws GraphException 404 or 503
   */
  NewImport sealAgain(ImportedPfx old, GraphImport wanted) {
    Map<java.util.UUID, Holding> found = custody.holdings(List.of(old.importId()));
    Holding holding = found.get(old.importId());
    if (holding == null) {
      throw GraphException.notFound();
    }
    ImportKey key =
        keys.bySha256(old.tenant(), holding.sealed().keySha256())
            .flatMap(keys::successorOf)
            .orElseThrow(GraphException::notFound);
    try (SealedImport.Clear clear = custody.open(holding)) {
      byte[] blob = clear.pfx().expose(SecretAccess.granted());
      return sealed(old.tenant(), wanted, blob, clear.password(), key);
    } catch (KeyStoreUnavailableException e) {
      throw unavailable();
    }
  }

  private static NewImport sealed(
      String tenant, GraphImport wanted, byte[] blob, SecretBytes password, ImportKey key) {
    String pfxSha256 = Digests.sha256Hex(blob);
    ImportBinding binding =
        new ImportBinding(
            tenant,
            UserIds.of(tenant, wanted.userPrincipalName()),
            wanted.thumbprint(),
            wanted.purpose().id(),
            pfxSha256);
    return new NewImport(
        tenant,
        wanted.userPrincipalName(),
        wanted.thumbprint(),
        null,
        wanted.purpose(),
        wanted.start(),
        wanted.expiration(),
        wanted.providerName(),
        wanted.keyName(),
        wanted.padding().id(),
        wanted.keyAlgorithm(),
        "graph",
        pfxSha256,
        SealedImport.seal(key.spki(), binding, blob, password));
  }

  private static void inspect(byte[] blob) {
    Optional<Refused> refusal = Pkcs12Reader.inspect(blob);
    if (refusal.isPresent()) {
      String message = "'encryptedPfxBlob' is refused: " + refusal.get().message() + ".";
      throw refusal.get().reason() == Pkcs12Refusal.TOO_LARGE
          ? GraphException.tooLarge(message)
          : GraphException.badRequest(message);
    }
  }

  private Password password(String tenant, GraphImport wanted, byte[] encrypted) {
    List<ImportKey> candidates = keys.opening(tenant, wanted.providerName(), wanted.keyName());
    if (candidates.isEmpty()) {
      throw GraphException.badRequest(
          "There is no import key of the provider '"
              + wanted.providerName()
              + "' and the name '"
              + wanted.keyName()
              + "'.");
    }
    OaepHash hash = wanted.padding().hash().orElseThrow();
    for (ImportKey key : candidates) {
      Optional<SecretBytes> clear = opened(key, hash, encrypted);
      if (clear.isPresent()) {
        return new Password(clear.get(), key);
      }
    }
    throw GraphException.badRequest(
        "'encryptedPfxPassword' does not open with any version of that import key and the padding"
            + " scheme "
            + wanted.padding().id()
            + ".");
  }

  private Optional<SecretBytes> opened(ImportKey key, OaepHash hash, byte[] encrypted) {
    try {
      return Optional.of(keys.decrypt(key, hash, NO_LABEL, encrypted));
    } catch (PkiException notThisKey) {
      return Optional.empty();
    } catch (KeyStoreUnavailableException e) {
      throw unavailable();
    }
  }

  private static GraphException unavailable() {
    return GraphException.unavailable("The import key cannot be reached now.");
  }
}
