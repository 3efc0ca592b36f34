package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.adcs.WebService.Authentication;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.ConfiguredTemplates;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** Opens {@code driver=adcs}. */
@Singleton
public class AdcsDriverProvider implements CaDriverProvider {

  private static final Set<String> SCHEMES = Set.of("https");

  private final Vertx vertx;
  private final InstantSource clock;

  public AdcsDriverProvider(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "adcs";
  }

  @Override
  public CaDriver open(String caId, DriverConfig config) {
    Settings settings = new Settings(caId, config);
    Optional<URI> policy =
        config.adcs().policyUrl().map(url -> settings.checked("adcs.policy-url", url, SCHEMES));
    Optional<URI> enrolment = config.url().map(url -> settings.checked("url", url, SCHEMES));
    if (policy.isEmpty() && enrolment.isEmpty()) {
      throw settings.wrong("url", "is missing, and so is adcs.policy-url");
    }
    Authentication authentication = authentication(settings, config);
    WebService service =
        new WebService(
            new CaHttp(vertx, config),
            authentication,
            authentication == Authentication.KERBEROS
                ? new Kerberos(
                    config.authentication().username().orElseThrow(),
                    config.adcs().keytab().orElseThrow())
                : null);
    ForeignCa ca =
        new ForeignCa(
            service.http(),
            settings.chain(),
            policy.isEmpty() ? settings.templates() : new ConfiguredTemplates(config.templates()),
            config.maxInFlight(),
            clock);
    return new AdcsDriver(
        ca,
        service,
        enrolment,
        policy.map(
            url -> new PolicyCache(new Xcep(service, url), config.adcs().policyRefresh(), clock)));
  }

  private static Authentication authentication(Settings settings, DriverConfig config) {
    return switch (config.adcs().authentication()) {
      case "username" -> {
        settings.required("authentication.username", config.authentication().username());
        settings.required("authentication.password-file", config.authentication().passwordFile());
        yield Authentication.USERNAME;
      }
      case "certificate" -> {
        settings.required("tls.client-certificate", config.tls().clientCertificate());
        settings.required("tls.client-key", config.tls().clientKey());
        yield Authentication.CERTIFICATE;
      }
      case "kerberos" -> {
        settings.required("authentication.username", config.authentication().username());
        settings.required("adcs.keytab", config.adcs().keytab());
        yield Authentication.KERBEROS;
      }
      default ->
          throw settings.wrong("adcs.authentication", "is username, certificate or kerberos");
    };
  }
}
