package io.certferry.gateway.driver;

/** Opens drivers of one kind; a CDI bean per kind. */
public interface CaDriverProvider {

  /** As configured in {@code certferry.ca.<caId>.driver}. */
  String kind();

  /**
   * The driver of one CA; may block while it makes or reads keys, but does not call a foreign CA.
   *
   * @throws IllegalStateException that names the property which is missing or wrong
   */
  CaDriver open(String caId, DriverConfig config);
}
