package io.certferry.gateway.driver.directory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.SearchResult;

/** Reads the attributes of one search result. */
record LdapEntry(SearchResult result) {

  /** Attributes whose values are bytes. */
  static final String BINARY = "objectSid tokenGroups cACertificate pKIExpirationPeriod";

  private static final long TICKS_PER_SECOND = 10_000_000;

  String name() {
    return result.getNameInNamespace();
  }

  List<Object> values(String attribute) throws NamingException {
    Attribute found = result.getAttributes().get(attribute);
    List<Object> values = new ArrayList<>();
    if (found != null) {
      NamingEnumeration<?> all = found.getAll();
      while (all.hasMore()) {
        values.add(all.next());
      }
    }
    return values;
  }

  List<String> texts(String attribute) throws NamingException {
    return values(attribute).stream().map(String::valueOf).toList();
  }

  List<byte[]> bytes(String attribute) throws NamingException {
    return values(attribute).stream()
        .filter(byte[].class::isInstance)
        .map(byte[].class::cast)
        .toList();
  }

  /** Empty if it is not there. */
  String text(String attribute) throws NamingException {
    return texts(attribute).stream().findFirst().orElse("");
  }

  /** Zero if it is not there, or no number. */
  long number(String attribute) throws NamingException {
    String text = text(attribute);
    return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** A span of time: negative hundreds of nanoseconds, little-endian. */
  long seconds(String attribute) throws NamingException {
    return bytes(attribute).stream()
        .filter(value -> value.length == Long.BYTES)
        .map(value -> ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong())
        .map(ticks -> Math.abs(ticks / TICKS_PER_SECOND))
        .findFirst()
        .orElse(0L);
  }
}
