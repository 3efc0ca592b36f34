package io.certferry.pfximport.importkey;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/** Chooses the key store of the configuration. */
@Dependent
class ImportKeysProducer {

  @Produces
  @Singleton
  ImportKeys importKeys(ImportKeyConfig config, InstantSource clock) {
    return switch (config.store()) {
      case FILE -> new FileImportKeys(needed(config.directory(), "directory"));
      case PKCS11 ->
          Pkcs11ImportKeys.open(
              needed(config.pkcs11().library(), "pkcs11.library"),
              config.pkcs11().slotListIndex(),
              needed(config.pkcs11().pinFile(), "pkcs11.pin-file"),
              clock);
    };
  }

  private static <T> T needed(Optional<T> value, String name) {
    return value.orElseThrow(
        () -> new IllegalStateException("certferry.import-keys." + name + " is not set"));
  }
}
