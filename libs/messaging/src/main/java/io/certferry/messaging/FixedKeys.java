package io.certferry.messaging;

import io.quarkus.logging.LoggingFilter;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtLogRecord;

/**
 * Lifts the fixed keys of a message ({@code event=… tenant=… caId=…}) into the fields of its JSON
 * record, so that a log store finds a certificate's way by any of them. Lets every record through.
 */
@LoggingFilter(name = "fixed-keys")
public final class FixedKeys implements Filter {

  private static final Set<String> KEYS =
      Set.of(
          "event",
          "tenant",
          "deviceId",
          "requestId",
          "profileId",
          "caId",
          "serial",
          "correlationId",
          "connectorId",
          "topic");

  private static final Pattern PAIR = Pattern.compile("(?<![\\w.-])(\\w+)=([^\\s\"]+)");

  @Override
  public boolean isLoggable(LogRecord record) {
    if (record instanceof ExtLogRecord lifted) {
      lift(lifted);
    }
    return true;
  }

  private static void lift(ExtLogRecord record) {
    String message = record.getFormattedMessage();
    if (message == null || message.indexOf('=') < 0) {
      return;
    }
    Matcher pairs = PAIR.matcher(message);
    while (pairs.find()) {
      if (KEYS.contains(pairs.group(1))) {
        record.putMdc(pairs.group(1), pairs.group(2));
      }
    }
  }
}
