package io.certferry.pki;

import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the JCA provider and tightens Bouncy Castle's own limits. {@code
 * AmazonCorrettoCryptoProvider} goes first when its jar is on the class path and its self tests
 * pass (P-256 is then 20 to 60 times faster, RSA keys twice); otherwise the JDK's providers stay.
 * Set the system property {@value #ACCELERATED} to {@code false} to leave it out. In FIPS mode,
 * which {@value #FIPS_MODULE} switches on, Bouncy Castle's FIPS module goes first and what is not
 * approved is refused.
 */
public final class CryptoProviders {
  /** System property: {@code false} keeps the JDK's providers even where a faster one is there. */
  public static final String ACCELERATED = "certferry.crypto.accelerated";

  /**
   * System property: where the jar of {@code org.bouncycastle:bc-fips} lies; blank: no FIPS mode.
   */
  public static final String FIPS_MODULE = "certferry.fips.module";

  private static final String ACCP =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final Map<String, String> BOUNCY_CASTLE_LIMITS =
      Map.of(
          "org.bouncycastle.asn1.max_cons_depth", "32",
          "org.bouncycastle.asn1.max_limit", "1m",
          "org.bouncycastle.pkcs12.max_it_count", "600000",
          "org.bouncycastle.pbe.max_iteration_count", "600000");

  private static volatile @Nullable String current;
  private static volatile boolean approvedOnly;

  private CryptoProviders() {}

  /**
   * Call once before the first cryptographic operation of the process; further calls change
   * nothing.
   *
   * @return the provider in use with its version, for the start-up log and the metrics
   * @throws IllegalStateException if FIPS mode is wanted and the module does not start
   */
  public static synchronized String install() {
    String installed = current;
    if (installed == null) {
      BOUNCY_CASTLE_LIMITS.forEach(CryptoProviders::setUnlessSet);
      String module = System.getProperty(FIPS_MODULE, "");
      installed =
          module.isBlank()
              ? accelerated().map(CryptoProviders::putFirst).orElseGet(CryptoProviders::jdk)
              : putFirst(FipsModule.load(Path.of(module)));
      approvedOnly = !module.isBlank();
      current = installed;
    }
    return installed;
  }

  /** The provider in use, as {@link #install()} gives it. */
  public static String current() {
    String installed = current;
    return installed == null ? jdk() : installed;
  }

  /** Whether FIPS mode is on: approved algorithms only. */
  public static boolean isApprovedOnly() {
    return approvedOnly;
  }

  /**
   * Refuses what FIPS mode does not allow.
   *
   * @param what such as {@code 3DES and SHA-1}
   * @throws PkiException ALGORITHM in FIPS mode
   */
  public static void requireUnapprovedAllowed(String what) {
    if (approvedOnly) {
      throw new PkiException(PkiException.Reason.ALGORITHM, what + ": not in FIPS mode");
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static Optional<Provider> accelerated() {
    if (!Boolean.parseBoolean(System.getProperty(ACCELERATED, "true"))) {
      return Optional.empty();
    }
    try {
      Class<?> type = Class.forName(ACCP);
      Provider provider = (Provider) type.getField("INSTANCE").get(null);
      type.getMethod("assertHealthy").invoke(provider);
      return Optional.ofNullable(provider);
    } catch (ReflectiveOperationException | LinkageError absentOrUnhealthy) {
      return Optional.empty();
    }
  }

  private static String putFirst(Provider provider) {
    Security.insertProviderAt(provider, 1);
    return provider.getName() + " " + provider.getVersionStr();
  }

  private static String jdk() {
    return "SunJCE/SunEC " + Runtime.version().feature();
  }
}
