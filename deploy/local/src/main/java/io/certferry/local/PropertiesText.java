package io.certferry.local;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/** Configuration as the text of a properties file. */
final class PropertiesText {

  /** Above environment and packaged configuration, below system properties. */
  private static final String ORDINAL = "350";

  private PropertiesText() {}

  static String of(Map<String, String> configuration) {
    Properties properties = new Properties();
    properties.putAll(configuration);
    properties.put("config_ordinal", ORDINAL);
    StringWriter out = new StringWriter();
    try {
      properties.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
