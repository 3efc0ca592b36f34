package io.certferry.gateway.driver.est;

import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.CertificateBags;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.gateway.driver.wire.Probing;
import io.certferry.pki.PkiException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Function;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.est.CSRAttributesResponse;

/** Looks at an EST server: its CA certificates and what it wants in a CSR. */
final class EstProbe {

  private final CaHttp http;
  private final Function<String, URI> at;
  private final PinnedChain chain;
  private final Probing probing;

  EstProbe(CaHttp http, Function<String, URI> at, PinnedChain chain, InstantSource clock) {
    this.http = http;
    this.at = at;
    this.chain = chain;
    this.probing = new Probing(clock);
  }

  ProbeReport run(int templates) {
    HttpOutcome outcome = http.exchange(HttpCall.get(at.apply("/cacerts")));
    if (probing.reached(outcome)) {
      authorities((Answer) outcome);
      attributes();
    }
    return probing.chain(chain).templates(templates).revocation(false).report();
  }

  private void authorities(Answer answer) {
    try {
      boolean ours =
          answer.status() == 200
              && CertificateBags.readTransferred(answer.body()).stream().anyMatch(chain::holds);
      if (ours) {
        probing.found("ca", true, "It is the pinned CA.");
      } else {
        probing.fault("ca", answer.status() == 200 ? Fault.WRONG_CA : Fault.ENDPOINT_MISSING);
      }
    } catch (PkiException | IllegalArgumentException e) {
      probing.fault("ca", Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  private static byte[] decoded(Answer answer) {
    return Base64.getMimeDecoder().decode(new String(answer.body(), StandardCharsets.US_ASCII));
  }

  /** Section 4.5: 204 and 404 mean that it wants nothing special. */
  private void attributes() {
    HttpOutcome outcome = http.exchange(HttpCall.get(at.apply("/csrattrs")));
    if (!CaHttp.isOk(outcome) || ((Answer) outcome).body().length == 0) {
      probing.found("csr-attributes", true, "It wants nothing special in a request.");
      return;
    }
    try {
      wanted(new CSRAttributesResponse(decoded((Answer) outcome)));
    } catch (IOException | RuntimeException e) {
      probing.fault("csr-attributes", Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  private void wanted(CSRAttributesResponse attributes) {
    boolean challenge =
        attributes.hasRequirement(PKCSObjectIdentifiers.pkcs_9_at_challengePassword);
    probing.found(
        "csr-attributes",
        !challenge,
        challenge
            ? "It wants a challenge password in each request, which binds the request to the TLS"
                + " session: this connector has no key of the device and cannot put one in. Switch"
                + " it off at the server."
            : "It names " + attributes.getRequirements().size() + " attributes for requests.");
  }
}
