package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import java.net.URI;

/** Calls to one listener. */
record Calls(PowerShellEndpoint.Way way, URI url) {

  HttpOutcome send(byte[] message) {
    return way.exchange(HttpCall.post(url, WsMan.CONTENT_TYPE, message));
  }

  /** An answer that may be a fault. */
  byte[] ask(byte[] message) throws BrokenSessionException {
    HttpOutcome outcome = send(message);
    if (outcome instanceof NotSent notSent) {
      throw new BrokenSessionException(notSent.fault());
    }
    if (outcome instanceof Lost lost) {
      throw new BrokenSessionException(lost.fault());
    }
    return body((Answer) outcome);
  }

  private static byte[] body(Answer answer) throws BrokenSessionException {
    return switch (answer.status()) {
      case 200, 500 -> answer.body();
      case 403 -> throw new BrokenSessionException(Fault.NOT_AUTHORISED);
      case 404 -> throw new BrokenSessionException(Fault.ENDPOINT_MISSING);
      default -> throw new BrokenSessionException(Fault.SERVER_ERROR);
    };
  }

  /** An answer that is no fault: the endpoint is there and lets us do it. */
  byte[] demand(byte[] message) throws BrokenSessionException {
    byte[] answer = ask(message);
    if (WsMan.fault(answer).isPresent()) {
      throw new BrokenSessionException(Fault.ENDPOINT_MISSING);
    }
    return answer;
  }
}
