package io.certferry.gateway.registry;

/** The way to the registrar, for a connector that has one. */
public interface RegistrarLink {

  /** Whether this connector reports through a registrar at all. */
  boolean isConfigured();

  /**
   * Reports as the tenant's connector; enrols or renews first where that is due. Blocking.
   *
   * @throws RegistrarUnavailableException if it does not answer; nothing changed
   */
  Registration report(ConnectorStore.Report report);
}
