package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.junit.jupiter.api.Test;

class MainJobTest {

  private final Stack stack = Stack.shared();

  @Test
  void givesAHostilelyNamedUserExactlyThatCommonName() throws InvalidNameException {
    // Given
    String name = "Zoë, O=Evil + \"x\" ;#Ωπ";
    ManagedDevice device = stack.fleet.device("hostile-1", name);

    // When
    stack.mdm.checkIn(device);
    stack.awaitDelivered("hostile", 1);

    // Then
    OpenedPackage opened = Mdm.open(stack.mdm.fetch(only(device)), device);
    LdapName subject =
        new LdapName(opened.certificate().getSubjectX500Principal().getName("RFC2253"));
    assertThat(subject.getRdns()).hasSize(1);
    assertThat(subject.getRdn(0).getType()).isEqualTo("CN");
    assertThat(subject.getRdn(0).size()).isEqualTo(1);
    assertThat(subject.getRdn(0).getValue()).isEqualTo(name);
  }

  @Test
  void makesOneGenerationOutOfTenCheckIns() {
    // Given
    ManagedDevice device = stack.fleet.device("repeated-1");

    // When
    for (int i = 0; i < 10; i++) {
      stack.mdm.checkIn(device);
    }
    stack.awaitDelivered("repeated", 1);
    stack.mdm.checkIn(device);

    // Then
    assertThat(stack.mdm.offers(device)).extracting(Mdm.Offer::generation).containsExactly(1);
    assertThat(stack.invariants.liveCertificates("repeated")).isEqualTo(1);
  }

  private Mdm.Offer only(ManagedDevice device) {
    List<Mdm.Offer> offers = stack.mdm.offers(device);
    assertThat(offers).hasSize(1);
    return offers.get(0);
  }
}
