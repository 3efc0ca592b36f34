package io.certferry.issuance.request;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeliverRoots;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import java.util.Optional;
import java.util.UUID;

/**
 * A command of profile-service, of either kind.
 *
 * @param grant what the JWS says; its signature held
 */
record Command(
    InboundEvent<?> event,
    UUID requestId,
    NaturalKey naturalKey,
    String kind,
    String grantJws,
    Grant grant,
    byte[] deviceCertificate) {

  /** A command as it came, before its grant is looked at. */
  record Unproven(
      InboundEvent<?> event,
      UUID requestId,
      NaturalKey naturalKey,
      String kind,
      String grantJws,
      Bytes deviceCertificate) {

    static Optional<Unproven> of(InboundEvent<?> event) {
      if (event.payload() instanceof RequestCertificate command) {
        return Optional.of(
            new Unproven(
                event,
                command.requestId(),
                command.naturalKey(),
                RequestRow.PKCS,
                command.grant(),
                command.deviceCertificate()));
      }
      if (event.payload() instanceof DeliverRoots command) {
        return Optional.of(
            new Unproven(
                event,
                command.requestId(),
                command.naturalKey(),
                RequestRow.TRUSTED_ROOT,
                command.grant(),
                command.deviceCertificate()));
      }
      return Optional.empty();
    }

    /** Whether envelope and body name the same tenant and device. */
    boolean isConsistent() {
      return event.tenant().equals(naturalKey.tenant())
          && event.key().equals(Keys.device(naturalKey.tenant(), naturalKey.deviceId()))
          && Keys.DEVICE_ID.matcher(naturalKey.deviceId()).matches()
          && naturalKey.generation() > 0;
    }

    Command proven(Grant grant) {
      return new Command(
          event, requestId, naturalKey, kind, grantJws, grant, deviceCertificate.toArray());
    }
  }

  Cause cause() {
    return Cause.of(event);
  }
}
