package io.certferry.profile.enrolment;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.DeliverRoots;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;

/** The commands to issuance- and pfx-import-service. */
final class Commands {

  private Commands() {}

  static OutboundEvent of(Decision.Signed signed) {
    return of(
        signed.decision().grant(),
        signed.grant(),
        signed.decision().deviceCertificate(),
        signed.decision().cause());
  }

  /**
   * {@code DeliverImport} where a user's import is granted, {@code RequestCertificate} where a key
   * and a CA are needed, else {@code DeliverRoots}.
   */
  static OutboundEvent of(Grant grant, String jws, Bytes deviceCertificate, Cause cause) {
    NaturalKey key = grant.naturalKey();
    Grant.ImportedPfx imported = grant.importedPfx();
    if (imported != null) {
      return event(
          Topics.PFX_DELIVERIES,
          key,
          new DeliverImport(grant.requestId(), key, jws, imported.importId(), deviceCertificate),
          cause);
    }
    Object command =
        grant.certificate() == null
            ? new DeliverRoots(grant.requestId(), key, jws, deviceCertificate)
            : new RequestCertificate(grant.requestId(), key, jws, deviceCertificate);
    return event(Topics.ISSUANCE_REQUESTS, key, command, cause);
  }

  private static OutboundEvent event(String topic, NaturalKey key, Object command, Cause cause) {
    return new OutboundEvent(
        key.tenant(), topic, Keys.device(key.tenant(), key.deviceId()), command, cause);
  }
}
