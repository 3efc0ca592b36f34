package io.certferry.gateway.driver;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a CA that is not ours is reached: {@code certferry.ca.<caId>.*}. The built-in CA needs none
 * of it. Secrets are files, read anew for each call, so that a change counts at once.
 */
public interface DriverConfig {

  /** Where the CA listens; est, adcs: https; scep, cmp, cfssl: https or http. */
  Optional<URI> url();

  /** PEM: the issuing CA's certificate first, its root last. What it issues must chain to it. */
  Optional<Path> caCertificate();

  /** A submission that has not reached the CA's ledger after this time never will. */
  @WithDefault("PT60S")
  Duration maxInFlight();

  /** Trust and identity of the connection; TLS 1.2 is the least. */
  Tls tls();

  /** Who this connector is to the CA. */
  Authentication authentication();

  /** Limits of one call. */
  Http http();

  /** A proxy on the way to the CA. */
  Proxy proxy();

  /** What the CA offers, by the template's name in profiles. */
  Map<String, Template> templates();

  /** Only for {@code driver=scep}. */
  Scep scep();

  /** Only for {@code driver=cmp}. */
  Cmp cmp();

  /** Only for {@code driver=adcs}. */
  Adcs adcs();

  /** Only for {@code driver=adcs}: the domain that the CA belongs to. */
  Directory directory();

  /** Only for {@code driver=adcs}: how this connector revokes. */
  Revocation revocation();

  /** TLS of the connection. */
  interface Tls {

    /** PEM with the roots that servers may chain to; without it those of the JDK. */
    Optional<Path> trust();

    /** PEM chain of this connector's client certificate. */
    Optional<Path> clientCertificate();

    /** PEM private key of the client certificate; mode 0600. */
    Optional<Path> clientKey();
  }

  /** A name and a secret. */
  interface Authentication {

    /** User name (est, adcs) or reference value (cmp). */
    Optional<String> username();

    /** File with the password (est, adcs), shared secret (cmp), challenge (scep), key (cfssl). */
    Optional<Path> passwordFile();
  }

  /** Limits. */
  interface Http {

    /** Until the connection stands, TLS included. */
    @WithDefault("PT5S")
    Duration connectTimeout();

    /** From the beginning of a call to the last byte of its answer. */
    @WithDefault("PT15S")
    Duration totalTimeout();

    /** The largest answer that is read, in bytes. */
    @WithDefault("1048576")
    int largestAnswer();
  }

  /** An HTTP proxy; https goes through it by CONNECT. */
  interface Proxy {

    /** {@code http://host:port}. */
    Optional<URI> url();

    Optional<String> username();

    Optional<Path> passwordFile();

    /** Hosts that are reached without it; {@code *.corp.example} covers a domain. */
    Optional<List<String>> exclude();
  }

  /** One template. */
  interface Template {

    /** What the CA calls it: EST label, CMP or cfssl profile; without it the CA's default. */
    Optional<String> profile();

    /** Longest validity that the CA gives. */
    @WithDefault("P366D")
    Duration maximumValidity();

    /** RSA bits. */
    @WithDefault("2048")
    int minimumKeySize();

    /** Of RSA, EC. */
    @WithDefault("RSA,EC")
    List<String> keyAlgorithms();

    /** OIDs that the CA puts into such certificates. */
    Optional<List<String>> extendedKeyUsages();

    /** Requests pend until somebody approves. */
    @WithDefault("false")
    boolean managerApproval();
  }

  /** SCEP. */
  interface Scep {

    /** PEM chain of the certificate that signs our messages; without it one is made at start. */
    Optional<Path> signerCertificate();

    /** PEM RSA key of the signer. */
    Optional<Path> signerKey();
  }

  /** CMP. */
  interface Cmp {

    /** PEM chain of the certificate that signs our messages, in place of a shared secret. */
    Optional<Path> signerCertificate();

    /** PEM key of the signer. */
    Optional<Path> signerKey();

    /** How certificates are asked for: p10cr, cr or ir. */
    @WithDefault("p10cr")
    String request();

    /** Whether this connector may revoke there. */
    @WithDefault("true")
    boolean revoke();
  }

  /** AD CS. */
  interface Adcs {

    /** Address of the enrolment policy service (CEP); without it templates are as configured. */
    Optional<URI> policyUrl();

    /** username, certificate or kerberos. */
    @WithDefault("username")
    String authentication();

    /** For kerberos: the keytab of {@code authentication.username}, a whole principal. */
    Optional<Path> keytab();

    /** How long what the policy service said counts. */
    @WithDefault("PT15M")
    Duration policyRefresh();
  }

  /** Active Directory. With it a name in a request is compared with the account. */
  interface Directory {

    /** {@code ldap://dc1.corp.example}, sealed by Kerberos, or {@code ldaps://}. */
    Optional<URI> url();

    /** A whole principal; without it {@code authentication.username}. */
    Optional<String> principal();

    /** The principal's keytab; without it {@code adcs.keytab}. */
    Optional<Path> keytab();

    /** Until a connection stands, and until an answer is there. */
    @WithDefault("PT5S")
    Duration timeout();

    /**
     * SIDs of groups whose members get no certificate, however deep; {@code *-512} is a relative id
     * of any domain.
     */
    @WithDefault(
        "*-512,*-516,*-517,*-518,*-519,*-520,*-521,*-526,*-527,"
            + "S-1-5-32-544,S-1-5-32-548,S-1-5-32-549,S-1-5-32-550,S-1-5-32-551")
    List<String> deniedGroups();
  }

  /** A constrained PowerShell endpoint (JEA) behind WinRM. */
  interface Revocation {

    /** {@code https://ca1.corp.example:5986/wsman}; without it revocations wait. */
    Optional<URI> url();

    /** Name of the session configuration. */
    @WithDefault("Certferry")
    String endpoint();
  }
}
