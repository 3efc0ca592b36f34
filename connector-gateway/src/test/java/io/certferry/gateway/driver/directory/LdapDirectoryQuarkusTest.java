package io.certferry.gateway.driver.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.fixture.ByHand;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class LdapDirectoryQuarkusTest {

  /** Quarkus puts a builder there that makes every context an empty one. */
  @Test
  void findsJndiSwitchedOn() {
    assertThat(NamingManager.hasInitialContextFactoryBuilder()).isFalse();
  }
}
