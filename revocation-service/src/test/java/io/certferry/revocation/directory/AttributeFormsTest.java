package io.certferry.revocation.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.revocation.policy.Trigger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AttributeFormsTest {

  @Test
  void writesAGuidAsActiveDirectoryDoes() {
    // Given
    byte[] value = HexFormat.of().parseHex("33221100554477668899aabbccddeeff");

    // Then
    assertThat(AttributeForms.guid(value)).isEqualTo("00112233-4455-6677-8899-aabbccddeeff");
  }

  @Test
  void writesASid() {
    // Given
    byte[] value =
        HexFormat.of().parseHex("010500000000000515000000bc1ce13b6bdd2d46abcab52851040000");

    // Then
    assertThat(AttributeForms.sid(value)).startsWith("S-1-5-21-").endsWith("-1105");
  }

  @Test
  void refusesASidThatIsCutOff() {
    assertThatThrownBy(() -> AttributeForms.sid(new byte[] {1, 5, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsARenameFromANameThatIsNew() {
    // Given
    Map<String, DirectoryStore.Stored> before =
        Map.of(
            "e1",
            new DirectoryStore.Stored(
                "u1", DirectoryEntry.UserState.ACTIVE, Map.of("mail", "a@contoso.test")));

    // Then
    assertThat(UserChanges.between(before, List.of(entry("mail", "b@contoso.test"))))
        .containsEntry("u1", Trigger.USER_RENAMED);
    assertThat(UserChanges.between(before, List.of(entry("mail", "a@contoso.test", "sn", "B"))))
        .isEmpty();
  }

  private static DirectoryEntry entry(String... names) {
    TreeMap<String, String> map = new TreeMap<>();
    for (int i = 0; i < names.length; i += 2) {
      map.put(names[i], names[i + 1]);
    }
    return new DirectoryEntry(
        "e1", "u1", "cn=a", DirectoryEntry.UserState.ACTIVE, map, List.of(), 7);
  }
}
