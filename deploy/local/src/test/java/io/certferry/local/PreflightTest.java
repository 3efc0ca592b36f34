package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  @TempDir Path root;

  @Test
  void namesEachBusyPortAndWhatWantsIt() {
    List<String> problems = Preflight.busyPorts(options(), port -> port != 8081 && port != 19092);

    assertThat(problems)
        .containsExactlyInAnyOrder(
            "port 8081 (profile-service) is taken: free it or set CERTFERRY_PORT_OFFSET",
            "port 19092 (Kafka) is taken: free it or set CERTFERRY_PORT_OFFSET");
  }

  @Test
  void demandsTwoGibibytes() {
    assertThat(Preflight.diskSpace(root, 2L << 30)).isEmpty();
    assertThat(Preflight.diskSpace(root, (2L << 30) - 1))
        .containsExactly("too little disk space at " + root + ": 2048 MiB needed, 2047 MiB free");
  }

  @Test
  void namesTheServiceThatIsNotPackaged() throws Exception {
    // Given
    Files.createDirectories(ServiceKind.PROFILE.runnable(root).getParent());
    Files.createFile(ServiceKind.PROFILE.runnable(root));

    // When / Then
    assertThat(Preflight.unpackaged(options()))
        .containsExactly("issuance-service is not packaged: run mvn -Dquick package first");
  }

  private StackOptions options() {
    return new StackOptions(
        root,
        root.resolve("run"),
        new Ports(0),
        Map.of(ServiceKind.PROFILE, 1, ServiceKind.ISSUANCE, 1, ServiceKind.REVOCATION, 0),
        Map.of(),
        Map.of(),
        12,
        false,
        false,
        List.of());
  }
}
