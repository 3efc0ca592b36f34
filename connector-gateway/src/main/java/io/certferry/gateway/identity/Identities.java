package io.certferry.gateway.identity;

import io.certferry.gateway.registry.ConnectorIdentity;
import io.certferry.gateway.registry.ConnectorStore;
import io.certferry.gateway.registry.RegistrarLink;
import io.certferry.gateway.registry.RegistrarUnavailableException;
import io.certferry.gateway.registry.Registration;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reports through the registrar with the tenant's identity: enrols with a token, renews in time.
 */
@Singleton
class Identities implements RegistrarLink {

  private static final Logger LOG = Logger.getLogger(Identities.class);

  private final @Nullable RegistrarClient client;
  private final @Nullable Path directory;
  private final String connectorId;
  private final InstantSource clock;

  @Inject
  Identities(IdentityConfig config, ConnectorIdentity identity, InstantSource clock) {
    this(
        config.registrar().map(url -> new RegistrarClient(url, config.timeout())).orElse(null),
        directory(config),
        identity.id(),
        clock);
  }

  /** For one connector, whoever it is. */
  Identities(
      @Nullable RegistrarClient client,
      @Nullable Path directory,
      String connectorId,
      InstantSource clock) {
    this.client = client;
    this.directory = directory;
    this.connectorId = connectorId;
    this.clock = clock;
  }

  private static @Nullable Path directory(IdentityConfig config) {
    Optional<URI> registrar = config.registrar();
    if (registrar.isPresent() && !"https".equals(registrar.get().getScheme())) {
      throw new IllegalStateException("certferry.connector.identity.registrar must be https");
    }
    if (registrar.isPresent() && config.directory().isEmpty()) {
      throw new IllegalStateException("certferry.connector.identity.directory must be set");
    }
    return config.directory().orElse(null);
  }

  @Override
  public boolean isConfigured() {
    return client != null;
  }

  @Override
  public Registration report(ConnectorStore.Report report) {
    RegistrarClient registrar = Objects.requireNonNull(client);
    TenantIdentity identity =
        new TenantIdentity(Objects.requireNonNull(directory), report.tenant(), connectorId);
    try {
      Optional<TenantIdentity.Usable> usable = ready(registrar, identity, report.tenant());
      return usable.isPresent()
          ? registrar.report(usable.get(), report)
          : notEnrolled(report.tenant(), identity);
    } catch (RegistrarClient.RefusedException e) {
      return e.refusal();
    }
  }

  private Optional<TenantIdentity.Usable> ready(
      RegistrarClient registrar, TenantIdentity identity, String tenant)
      throws RegistrarClient.RefusedException {
    Instant now = clock.instant();
    Optional<TenantIdentity.Usable> usable = identity.usable(now);
    if (usable.isEmpty()) {
      enrol(registrar, identity, tenant, now);
      return identity.usable(now);
    }
    return usable.get().isDue(now) ? renewed(registrar, identity, usable.get(), now) : usable;
  }

  private static void enrol(
      RegistrarClient registrar, TenantIdentity identity, String tenant, Instant now)
      throws RegistrarClient.RefusedException {
    Optional<String> token = identity.token();
    if (token.isPresent()) {
      try {
        var given = registrar.enrol(token.get(), identity.request(now));
        identity.keep(given.certificate().toArray(), given.ca().toArray(), now);
        identity.forgetToken();
        LOG.infof("event=connector-enrolled tenant=%s", tenant);
      } catch (RegistrarClient.RefusedException e) {
        identity.forgetToken();
        throw e;
      }
    }
  }

  /** A renewal that comes to nothing is tried with the next report; the identity still holds. */
  private static Optional<TenantIdentity.Usable> renewed(
      RegistrarClient registrar, TenantIdentity identity, TenantIdentity.Usable usable, Instant now)
      throws RegistrarClient.RefusedException {
    try {
      var given = registrar.renew(usable, identity.request(now));
      identity.keep(given.certificate().toArray(), given.ca().toArray(), now);
      LOG.info("event=connector-identity-renewed");
      return identity.usable(now);
    } catch (RegistrarUnavailableException e) {
      LOG.warn("event=connector-identity-not-renewed");
      return Optional.of(usable);
    }
  }

  private Registration notEnrolled(String tenant, TenantIdentity identity) {
    String key = identity.keySha256(clock.instant());
    return new Registration.Refused(
        "not-enrolled",
        "The connector has no identity: ask a registrar for a token for its public key "
            + key
            + " and put it into "
            + tenant
            + ".token.");
  }
}
