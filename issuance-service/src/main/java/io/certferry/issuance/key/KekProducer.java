package io.certferry.issuance.key;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The key-encryption keys of this installation. */
@Dependent
class KekProducer {

  @Produces
  @Singleton
  KeyEncryptionKeys keyEncryptionKeys(KekConfig config) {
    return new FileKeyEncryptionKeys(config.directory());
  }
}
