package io.certferry.revocation.directory;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The directories that are watched, one per tenant. */
@ConfigMapping(prefix = "certferry.directory")
public interface DirectoryConfig {

  /** Whether this instance watches at all; tests switch it off and call the step themselves. */
  @WithDefault("true")
  boolean enabled();

  /** By tenant. */
  Map<String, Feed> feeds();

  /** One directory. */
  interface Feed {

    /** {@code ldaps://host:636} or {@code ldap://host:389}. */
    URI url();

    /** DN of the reading account. */
    String bindDn();

    /** File with its password; mode 0600, a line end is cut off. */
    Path passwordFile();

    /** Under which users are looked for. */
    String baseDn();

    /** Which entries are users. */
    @WithDefault("(&(objectClass=user)(!(objectClass=computer)))")
    String filter();

    /**
     * The attribute whose value is a user's id in check-ins; objectGUID and objectSid are written
     * as usual.
     */
    @WithDefault("objectGUID")
    String subjectAttribute();

    /** The attributes whose change is a rename. */
    @WithDefault("userPrincipalName,sAMAccountName,mail,cn,givenName,sn")
    List<String> nameAttributes();

    /** PEM file with the certificates that the server may chain to; needed for ldaps. */
    Optional<Path> trust();

    /** Whether to use StartTLS on an ldap address. */
    @WithDefault("false")
    boolean startTls();

    /** Whether a password may cross the network in clear; only for a server on this host. */
    @WithDefault("false")
    boolean allowPlaintext();

    /** How often changes are asked for. */
    @WithDefault("PT1M")
    Duration pollInterval();

    /** How often everything is read, which finds what vanished without a trace. */
    @WithDefault("P1D")
    Duration fullSyncInterval();

    /**
     * So many users may vanish between two full reads; with more, nothing is done until a person
     * agrees.
     */
    @WithDefault("20")
    int mostMissing();

    /** Longest time for one answer of the server. */
    @WithDefault("PT30S")
    Duration timeout();
  }
}
