package io.certferry.pfximport.imported;

import io.certferry.pfximport.importkey.ImportKey;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.certferry.pfximport.importkey.KeyStoreUnavailableException;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.SealedImport;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Opens sealed imports, for as long as their delivery takes. Blocks. */
@Singleton
public class Custody {

  private final ImportTable table;
  private final ImportKeyRing keys;

  Custody(ImportTable table, ImportKeyRing keys) {
    this.table = table;
    this.keys = keys;
  }

  /**
   * An import that may be opened.
   *
   * @param pfx the row as it was read together with its sealed parts
   */
  public record Holding(ImportedPfx pfx, SealedImport sealed) {}

  /** Those of the ids that are not deleted. */
  public Map<UUID, Holding> holdings(Collection<UUID> ids) {
    return table.sealed(ids).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> new Holding(entry.getValue().pfx(), entry.getValue().parts())));
  }

  /**
   * The file and its password in clear; close them.
   *
   * @throws KeyStoreUnavailableException if the key store cannot be reached
   * @throws io.certferry.pki.PkiException INTEGRITY if row, key and parts do not belong together
   */
  public SealedImport.Clear open(Holding holding) {
    try {
      return opened(holding);
    } catch (KeyStoreUnavailableException e) {
      // A rotation may have sealed it anew and its old key may be retired since it was read.
      Optional<Holding> now =
          Optional.ofNullable(
              holdings(java.util.List.of(holding.pfx().importId())).get(holding.pfx().importId()));
      if (now.isEmpty() || now.get().sealed().keySha256().equals(holding.sealed().keySha256())) {
        throw e;
      }
      return opened(now.get());
    }
  }

  private SealedImport.Clear opened(Holding holding) {
    ImportKey key = key(holding);
    byte[] label = SealedImport.label(holding.pfx().binding());
    return holding
        .sealed()
        .open(
            holding.pfx().binding(),
            encrypted -> keys.decrypt(key, OaepHash.SHA256, label, encrypted));
  }

  private ImportKey key(Holding holding) {
    return keys.bySha256(holding.pfx().tenant(), holding.sealed().keySha256())
        .orElseThrow(() -> new IllegalStateException("an import is sealed to an unknown key"));
  }
}
