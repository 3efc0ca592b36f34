package io.certferry.issuance.key;

import io.certferry.pki.CryptoProviders;
import io.certferry.pki.PkiException;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready only when today's key can be reached, opens what it sealed, and refuses what was changed or
 * sealed for something else.
 */
@Readiness
@ApplicationScoped
class KekReadiness implements HealthCheck {

  private final DayKeys dayKeys;

  KekReadiness(DayKeys dayKeys) {
    this.dayKeys = dayKeys;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("key-encryption-key")
            .withData("crypto", CryptoProviders.current())
            .withData("fips", CryptoProviders.isApprovedOnly());
    try {
      return selfTest()
          ? response.up().build()
          : response.down().withData("reason", "the self-test failed").build();
    } catch (KekUnavailableException | PkiException e) {
      return response.down().withData("reason", String.valueOf(e.getMessage())).build();
    }
  }

  boolean selfTest() {
    WrappingContext here = WrappingContext.of("self-test", "here");
    try (SecretBytes secret = KeyWrap.newKey()) {
      Sealed sealed = dayKeys.seal(secret, here);
      byte[] changed = sealed.bytes().clone();
      changed[changed.length - 1] ^= 1;
      return opens(sealed, here, secret)
          && !opens(new Sealed(sealed.dayKey(), changed), here, secret)
          && !opens(sealed, WrappingContext.of("self-test", "elsewhere"), secret);
    }
  }

  private boolean opens(Sealed sealed, WrappingContext context, SecretBytes wanted) {
    try (SecretBytes found = dayKeys.open(sealed, context)) {
      return Arrays.equals(
          found.expose(SecretAccess.granted()), wanted.expose(SecretAccess.granted()));
    } catch (PkiException refused) {
      return false;
    }
  }
}
