package io.certferry.pki;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;

/**
 * Bouncy Castle's FIPS module ({@code org.bouncycastle:bc-fips}). It shares package names with the
 * library that reads and writes our structures, so it has a class loader of its own and is known to
 * the rest of the process by the JCA alone (ADR 0027).
 */
final class FipsModule {

  private static final String PROVIDER =
      "org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider";
  private static final String STATUS = "org.bouncycastle.crypto.fips.FipsStatus";
  private static final String REGISTRAR = "org.bouncycastle.crypto.CryptoServicesRegistrar";

  private FipsModule() {}

  /**
   * Loads the module, which tests itself, with nothing but approved algorithms.
   *
   * @param jar as Bouncy Castle publishes it
   * @throws IllegalStateException if it is not there, fails its tests or does more than is approved
   */
  static Provider load(Path jar) {
    if (!Files.isReadable(jar)) {
      throw new IllegalStateException("the FIPS module " + jar + " cannot be read");
    }
    System.setProperty("org.bouncycastle.fips.approved_only", "true");
    // A device has one RSA key, for its certificate's signature and for its envelopes.
    System.setProperty("org.bouncycastle.rsa.allow_multi_use", "true");
    try {
      return tested(loader(jar));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException("the FIPS module " + jar + " does not start", e);
    }
  }

  private static ClassLoader loader(Path jar) {
    try {
      return new URLClassLoader(
          "bc-fips", new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Provider tested(ClassLoader loader) throws ReflectiveOperationException {
    Provider provider =
        (Provider) Class.forName(PROVIDER, true, loader).getConstructor().newInstance();
    if (!isTrue(loader, STATUS, "isReady") || !isTrue(loader, REGISTRAR, "isInApprovedOnlyMode")) {
      throw new IllegalStateException("the FIPS module is not in approved-only mode");
    }
    return provider;
  }

  private static boolean isTrue(ClassLoader loader, String type, String question)
      throws ReflectiveOperationException {
    return Boolean.TRUE.equals(Class.forName(type, true, loader).getMethod(question).invoke(null));
  }
}
