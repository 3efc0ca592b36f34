package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.winrm.PowerShellEndpoint;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.ca.RevocationReason;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Revokes through the one command of a constrained endpoint on the CA's side ({@code docs/AD-CS.md}
 * has it). What the CA did not confirm waits.
 */
record RemoteRevocation(
    WebService service, PowerShellEndpoint endpoint, PinnedChain chain, InstantSource clock)
    implements AutoCloseable {

  private static final String COMMAND = "Revoke-CertferryCertificate";
  private static final int MOST = 6;
  private static final String DONE = "00000000";
  private static final String NOT_FOUND = "80070490";
  private static final String PROPERTY_EMPTY = "80094004";
  private static final String ACCESS_DENIED = "80070005";
  private static final String RESTRICTED_OFFICER = "80094009";

  /** Whether the endpoint is there and lets this connector in; empty if so. */
  Optional<Fault> fault() {
    PowerShellEndpoint.Result result = endpoint.run("Get-Command", Map.of("Name", COMMAND));
    if (result instanceof PowerShellEndpoint.NotRun notRun) {
      return Optional.of(notRun.fault());
    }
    return result instanceof PowerShellEndpoint.Completed completed
            && completed.output().contains(COMMAND)
        ? Optional.empty()
        : Optional.of(Fault.ENDPOINT_MISSING);
  }

  RevokeOutcome revoke(RevokeOrder order) {
    if (!order.issuer().equals(chain.issuing().subject().toRfc4514())) {
      return new RevokeOutcome.Refused(
          Fault.WRONG_CA.code(), "The certificate was issued by another CA.");
    }
    return judged(
        endpoint.run(
            COMMAND, Map.of("Serial", serial(order.serial()), "Reason", reason(order.reason()))));
  }

  /** MS-CSRA knows 0 to 6 only. */
  private static String reason(String name) {
    int code = RevocationReason.named(name).orElse(RevocationReason.UNSPECIFIED).code();
    return Integer.toString(code <= MOST ? code : RevocationReason.UNSPECIFIED.code());
  }

  /** certutil wants an even number of digits. */
  private static String serial(String hex) {
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }

  private RevokeOutcome judged(PowerShellEndpoint.Result result) {
    if (result instanceof PowerShellEndpoint.NotRun notRun) {
      return new RevokeOutcome.Retryable(notRun.fault().code());
    }
    if (!(result instanceof PowerShellEndpoint.Completed completed)
        || completed.output().size() != 1) {
      return new RevokeOutcome.Retryable(Fault.SERVER_ERROR.code());
    }
    return said(completed.output().get(0).strip());
  }

  private RevokeOutcome said(String code) {
    return switch (code) {
      case DONE -> new RevokeOutcome.Revoked(clock.instant(), false);
      case NOT_FOUND, PROPERTY_EMPTY ->
          new RevokeOutcome.Refused(
              "adcs-" + code, "The CA has no certificate with this serial number.");
      case ACCESS_DENIED, RESTRICTED_OFFICER ->
          new RevokeOutcome.Retryable(Fault.NOT_AUTHORISED.code());
      default ->
          new RevokeOutcome.Retryable(
              code.matches("[0-9a-f]{8}") ? "adcs-" + code : Fault.ANSWER_NOT_UNDERSTOOD.code());
    };
  }

  @Override
  public void close() {
    service.http().close();
  }
}
