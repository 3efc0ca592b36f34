package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Never locks an account out: credentials that were refused once are not tried again until they
 * change, and as long as nobody accepted them only one call at a time tries them. Thread-safe.
 */
final class CredentialGate {

  private static final int UNAUTHORIZED = 401;
  private static final int PROXY_AUTHENTICATION = 407;

  private final Credentials credentials;
  private final Duration patience;
  private final ReentrantLock proving = new ReentrantLock();
  private volatile String accepted = "none yet";
  private volatile String refused = "none yet";
  private volatile Fault refusal = Fault.CREDENTIALS_REFUSED;

  CredentialGate(Credentials credentials, Duration patience) {
    this.credentials = credentials;
    this.patience = patience;
  }

  HttpOutcome pass(Supplier<HttpOutcome> call) {
    String now;
    try {
      now = credentials.fingerprint();
    } catch (IOException e) {
      return new NotSent(Fault.CREDENTIALS_UNREADABLE);
    }
    if (now.isEmpty() || now.equals(accepted)) {
      return judged(now, call.get());
    }
    return prove(now, call);
  }

  private HttpOutcome prove(String now, Supplier<HttpOutcome> call) {
    if (now.equals(refused)) {
      return new NotSent(refusal);
    }
    if (!begin()) {
      return new NotSent(Fault.NO_ANSWER_IN_TIME);
    }
    try {
      return now.equals(refused) ? new NotSent(refusal) : judged(now, call.get());
    } finally {
      proving.unlock();
    }
  }

  private boolean begin() {
    try {
      return proving.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private HttpOutcome judged(String used, HttpOutcome outcome) {
    if (outcome instanceof Answer answer) {
      if (answer.status() == UNAUTHORIZED) {
        return refuse(used, Fault.CREDENTIALS_REFUSED);
      }
      if (answer.status() == PROXY_AUTHENTICATION) {
        return refuse(used, Fault.PROXY_CREDENTIALS_REFUSED);
      }
      accepted = used;
    }
    return outcome instanceof NotSent notSent && notSent.fault() == Fault.PROXY_CREDENTIALS_REFUSED
        ? refuse(used, notSent.fault())
        : outcome;
  }

  private HttpOutcome refuse(String used, Fault fault) {
    refusal = fault;
    refused = used;
    accepted = "none";
    return new NotSent(fault);
  }

  boolean isRefused() {
    try {
      return credentials.fingerprint().equals(refused);
    } catch (IOException e) {
      return false;
    }
  }

  /** The protocol, not HTTP, says that the credentials in use are wrong. */
  void refuse() {
    try {
      refuse(credentials.fingerprint(), Fault.CREDENTIALS_REFUSED);
    } catch (IOException e) {
      accepted = "none";
    }
  }
}
