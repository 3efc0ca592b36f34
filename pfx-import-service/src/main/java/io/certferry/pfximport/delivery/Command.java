package io.certferry.pfximport.delivery;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import java.util.UUID;

/**
 * A command of profile-service whose grant's signature held.
 *
 * @param grant what the JWS says
 */
record Command(InboundEvent<?> event, DeliverImport body, Grant grant) {

  UUID requestId() {
    return body.requestId();
  }

  NaturalKey naturalKey() {
    return body.naturalKey();
  }

  UUID importId() {
    return body.importId();
  }

  String grantJws() {
    return body.grant();
  }

  byte[] deviceCertificate() {
    return body.deviceCertificate().toArray();
  }

  Cause cause() {
    return Cause.of(event);
  }

  /** Whether envelope and body name the same tenant and device. */
  static boolean isConsistent(InboundEvent<?> event, DeliverImport body) {
    NaturalKey key = body.naturalKey();
    return event.tenant().equals(key.tenant())
        && event.key().equals(Keys.device(key.tenant(), key.deviceId()))
        && Keys.DEVICE_ID.matcher(key.deviceId()).matches()
        && key.generation() > 0;
  }
}
