package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.testkit.postgres.ServiceDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsFileTest {

  @TempDir Path directory;

  @Test
  void hasTheMembersOfTheContractForWhatRuns() throws Exception {
    // When
    String text =
        EndpointsFile.render(
            new Ports(100),
            Map.of("profile", new ServiceDatabase("profile", "profile", "secret-1")),
            List.of(ServiceKind.PROFILE, ServiceKind.GATEWAY));

    // Then
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"profile":"http://127.0.0.1:8181","gateway":"http://127.0.0.1:8183",
                 "oauth":"https://127.0.0.1:8543","kafka":"127.0.0.1:19192",
                 "postgres":{"host":"127.0.0.1","port":15532,
                   "databases":{"profile":{"name":"profile","user":"profile","password":"secret-1"}}},
                 "tenant":"default"}
                """);
    assertThat(new ObjectMapper().readTree(text)).isEqualTo(expected);
  }

  @Test
  void isReplacedAtOnceAndForItsOwnerOnly() throws Exception {
    // Given
    Path file = directory.resolve("endpoints.json");

    // When
    EndpointsFile.publish(file, "{}");
    EndpointsFile.publish(file, "{\"a\":1}");

    // Then
    assertThat(file).hasContent("{\"a\":1}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory).isDirectoryNotContaining("glob:**.fresh-*");
  }
}
