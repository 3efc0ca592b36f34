package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.adcs.WebService.Authentication;
import io.certferry.gateway.driver.directory.AccountCheck;
import io.certferry.gateway.driver.directory.DirectoryLookup;
import io.certferry.gateway.driver.directory.LdapDirectory;
import io.certferry.gateway.driver.winrm.PowerShellEndpoint;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.ConfiguredTemplates;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.KeytabLogin;
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
  private static final Set<String> DIRECTORY_SCHEMES = Set.of("ldap", "ldaps");

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
    if (policy.isEmpty() && enrolment.isEmpty() && config.directory().url().isEmpty()) {
      throw settings.wrong("url", "is missing, and so are adcs.policy-url and directory.url");
    }
    Optional<KeytabLogin> login = login(config);
    Authentication authentication = authentication(settings, config);
    WebService service = service(config, authentication, login);
    Optional<DirectoryLookup> directory = directory(settings, config);
    ForeignCa ca =
        new ForeignCa(
            service.http(),
            settings.chain(),
            policy.isEmpty() && directory.isEmpty()
                ? settings.templates()
                : new ConfiguredTemplates(config.templates()),
            config.maxInFlight(),
            clock);
    return new AdcsDriver(
        ca,
        service,
        enrolment,
        policy
            .<PolicySource>map(url -> new Xcep(service, url))
            .or(() -> directory.map(DirectoryPolicy::new))
            .map(source -> cache(source, config)),
        directory.map(found -> guard(found, ca, config)),
        revocation(settings, service(config, authentication, login), ca));
  }

  private PolicyCache cache(PolicySource source, DriverConfig config) {
    return new PolicyCache(source, config.adcs().policyRefresh(), clock);
  }

  private DomainGuard guard(DirectoryLookup directory, ForeignCa ca, DriverConfig config) {
    return new DomainGuard(
        cache(new DirectoryPolicy(directory), config),
        new AccountCheck(directory, config.directory().deniedGroups()),
        ca.chain());
  }

  private WebService service(
      DriverConfig config, Authentication authentication, Optional<KeytabLogin> login) {
    return new WebService(
        new CaHttp(vertx, config),
        authentication,
        authentication == Authentication.KERBEROS ? login.map(Kerberos::new).orElse(null) : null);
  }

  private static Optional<KeytabLogin> login(DriverConfig config) {
    return config
        .adcs()
        .keytab()
        .flatMap(
            keytab ->
                config.authentication().username().map(name -> new KeytabLogin(name, keytab)));
  }

  private static Optional<DirectoryLookup> directory(Settings settings, DriverConfig config) {
    return config
        .directory()
        .url()
        .map(url -> settings.checked("directory.url", url, DIRECTORY_SCHEMES))
        .map(
            url ->
                new LdapDirectory(
                    url,
                    new KeytabLogin(
                        settings.required(
                            "directory.principal",
                            config.directory().principal().or(config.authentication()::username)),
                        settings.required(
                            "directory.keytab",
                            config.directory().keytab().or(config.adcs()::keytab))),
                    config.directory().timeout()));
  }

  private Optional<RemoteRevocation> revocation(Settings settings, WebService way, ForeignCa ca) {
    DriverConfig.Revocation config = settings.config().revocation();
    return config
        .url()
        .map(url -> settings.checked("revocation.url", url, SCHEMES))
        .map(
            url ->
                new RemoteRevocation(
                    way,
                    new PowerShellEndpoint(way::remotely, url, config.endpoint()),
                    ca.chain(),
                    clock));
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
