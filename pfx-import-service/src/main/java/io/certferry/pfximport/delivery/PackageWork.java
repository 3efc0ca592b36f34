package io.certferry.pfximport.delivery;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.EventIds;
import io.certferry.packaging.DevicePackages;
import io.certferry.pfximport.delivery.Outcome.Failed;
import io.certferry.pfximport.delivery.Outcome.ImportFailed;
import io.certferry.pfximport.delivery.Outcome.Later;
import io.certferry.pfximport.delivery.Outcome.Packaged;
import io.certferry.pfximport.delivery.Outcome.Stalled;
import io.certferry.pfximport.imported.Custody;
import io.certferry.pfximport.imported.Custody.Holding;
import io.certferry.pfximport.imported.ImportedPfx;
import io.certferry.pfximport.imported.Imports.CertificateDates;
import io.certferry.pfximport.importkey.KeyStoreUnavailableException;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.pkcs12.Pkcs12Opening;
import io.certferry.pki.pkcs12.Pkcs12Opening.Opened;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens one import and packages it for one device; no transaction is open. */
@Singleton
class PackageWork {

  private static final Logger LOG = Logger.getLogger(PackageWork.class);

  private final GrantCheck grants;
  private final Custody custody;
  private final InstantSource clock;

  PackageWork(GrantCheck grants, Custody custody, InstantSource clock) {
    this.grants = grants;
    this.custody = custody;
    this.clock = clock;
  }

  /**
   * One try.
   *
   * @param holding the import; null if it is not there
   */
  Outcome work(Delivery delivery, @Nullable Holding holding) {
    try {
      return tried(delivery, holding);
    } catch (KeyStoreUnavailableException e) {
      LOG.warnf("event=key-store-unavailable error=%s", e.getMessage());
      return new Later("key-store-unavailable", String.valueOf(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      // What a file can do to a parser must not stop the others; the file itself is never logged.
      LOG.errorf(
          "event=delivery-broken tenant=%s requestId=%s importId=%s error=%s",
          delivery.naturalKey().tenant(), delivery.requestId(), delivery.importId(), e);
      return new Failed("cannot-be-processed", "the delivery failed for a reason in the log");
    }
  }

  private Outcome tried(Delivery delivery, @Nullable Holding holding) {
    Optional<Grant> verified = grants.read(delivery.grantJws());
    if (verified.isEmpty()) {
      // The verification keys may be in the middle of a change.
      return new Stalled("grant-untrusted", "the grant's signature is refused now");
    }
    Grant grant = verified.get();
    if (grants.isExpired(grant)) {
      return new Stalled("grant-expired", "the grant expired before the delivery");
    }
    Optional<String> refusal = grants.deviceRefusal(grant, delivery.deviceCertificate());
    if (refusal.isPresent()) {
      return new Failed("device-untrusted", refusal.get());
    }
    if (holding == null) {
      return new Failed("import-deleted", "the import is not there any more");
    }
    return granted(delivery, grant, holding);
  }

  private Outcome granted(Delivery delivery, Grant grant, Holding holding) {
    ImportedPfx pfx = holding.pfx();
    if (!pfx.tenant().equals(grant.naturalKey().tenant())
        || !pfx.thumbprint().equalsIgnoreCase(grant.naturalKey().item())) {
      return new Failed("import-mismatch", "the grant is for another certificate");
    }
    if (!isGranted(pfx, grant.importedPfx())) {
      return new Failed("import-mismatch", "the grant is for another import, user or purpose");
    }
    if (pfx.state() == ImportedPfx.State.FAILED) {
      return new Failed(
          pfx.reason() == null ? "import-failed" : pfx.reason(),
          pfx.detail() == null ? "the import does not open" : pfx.detail());
    }
    return opened(delivery, grant, holding);
  }

  private static boolean isGranted(ImportedPfx pfx, Grant.@Nullable ImportedPfx granted) {
    return granted != null
        && granted.importId().equals(pfx.importId())
        && granted.userPrincipalName().equals(pfx.userPrincipalName())
        && granted.purpose().equals(pfx.purpose().id());
  }

  private Outcome opened(Delivery delivery, Grant grant, Holding holding) {
    ImportedPfx pfx = holding.pfx();
    try (SealedImport.Clear clear = custody.open(holding)) {
      Pkcs12Opening opening =
          Pkcs12Reader.open(clear.pfx().expose(SecretAccess.granted()), clear.password());
      if (opening instanceof Pkcs12Opening.Refused refused) {
        return new ImportFailed(pfx, refused.reason().code(), refused.message());
      }
      try (Opened identity = (Opened) opening) {
        return checked(delivery, grant, pfx, identity);
      }
    } catch (PkiException e) {
      return e.reason() == PkiException.Reason.PROVIDER
          ? new Later("cryptography-failed", String.valueOf(e.getMessage()))
          : new ImportFailed(
              pfx, "custody-broken", "the sealed import does not open: " + e.getMessage());
    }
  }

  private Outcome checked(Delivery delivery, Grant grant, ImportedPfx pfx, Opened identity) {
    ParsedCertificate leaf = Certificates.parse(identity.leaf());
    if (!leaf.sha1().equalsIgnoreCase(pfx.thumbprint())) {
      return new ImportFailed(
          pfx,
          "thumbprint-mismatch",
          "the file holds the certificate "
              + leaf.sha1().toLowerCase(Locale.ROOT)
              + ", not the one it was imported as");
    }
    try {
      return packaged(delivery, grant, pfx, identity, leaf);
    } catch (PkiException e) {
      return new Failed("package-failed", "it cannot be packaged: " + e.getMessage());
    }
  }

  private Packaged packaged(
      Delivery delivery, Grant grant, ImportedPfx pfx, Opened identity, ParsedCertificate leaf) {
    UUID packageId = EventIds.next();
    DevicePackages.Built built =
        DevicePackages.identity(
            packageId,
            grant,
            delivery.deviceCertificate(),
            identity.pkcs8(),
            identity.leaf(),
            identity.chain(),
            identity.chain());
    return new Packaged(
        pfx,
        packageId,
        body(delivery, grant, built, leaf),
        new CertificateDates(leaf.sha256(), leaf.notBefore(), leaf.notAfter()));
  }

  /** As docs/contracts/internal-packages.md has it. */
  private byte[] body(
      Delivery delivery, Grant grant, DevicePackages.Built built, ParsedCertificate leaf) {
    Map<String, Object> forms = new LinkedHashMap<>();
    built.forms().forEach(form -> forms.put(form.form().id(), Bytes.of(form.content())));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("requestId", delivery.requestId());
    body.put("naturalKey", delivery.naturalKey());
    body.put("kind", GrantCheck.KIND);
    body.put("grant", delivery.grantJws());
    body.put("deviceKeySha256", built.deviceKeySha256());
    body.put("platform", grant.device().platform());
    body.put("certificate", facts(leaf));
    body.put("sha256", built.cms().sha256());
    body.put("forms", forms);
    body.put("correlationId", delivery.cause().correlationId());
    body.put("createdAt", clock.instant());
    return ContractJson.write(body);
  }

  private static CertificateFacts facts(ParsedCertificate leaf) {
    return new CertificateFacts(
        "imported",
        leaf.issuer().toRfc4514(),
        leaf.serialHex(),
        leaf.subject().toRfc4514(),
        leaf.notBefore(),
        leaf.notAfter(),
        leaf.sha256(),
        leaf.spkiSha256());
  }
}
