package io.certferry.cli.pfx;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the bearer token comes from. */
final class TokenOptions {

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with a bearer token of the role profile-admin; read before each call.")
  private @Nullable Path file;

  @ArgGroup(exclusive = false, heading = "%nOAuth client credentials:%n")
  private @Nullable Client client;

  /** An OAuth client. */
  static final class Client {
    @Option(
        names = "--token-url",
        required = true,
        paramLabel = "URL",
        description = "Token endpoint.")
    private URI url = URI.create("");

    @Option(names = "--client-id", required = true, paramLabel = "ID", description = "Client id.")
    private String id = "";

    @Option(
        names = "--client-secret-file",
        required = true,
        paramLabel = "FILE",
        description = "File whose first line is the client's secret.")
    private Path secretFile = Path.of("");
  }

  /** Gives a token for each call; a token file is read anew, since somebody may rewrite it. */
  Supplier<String> source(@Nullable Path caFile) {
    Path path = file;
    if (path != null) {
      return () -> firstLine(path);
    }
    Client credentials = client;
    if (credentials == null) {
      throw new IllegalStateException("no token option was given");
    }
    return new ClientTokens(credentials, caFile);
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new ImportService.UnusableException(file + " cannot be read");
    }
  }

  /** Fetches a token and keeps it for a part of its life. */
  private static final class ClientTokens implements Supplier<String> {
    private final Client client;
    private final @Nullable Path caFile;
    private String token = "";
    private long goodUntil;

    ClientTokens(Client client, @Nullable Path caFile) {
      this.client = client;
      this.caFile = caFile;
    }

    @Override
    public synchronized String get() {
      if (token.isEmpty() || System.nanoTime() - goodUntil > 0) {
        fetch();
      }
      return token;
    }

    private void fetch() {
      String form =
          "grant_type=client_credentials&client_id="
              + encoded(client.id)
              + "&client_secret="
              + encoded(firstLine(client.secretFile));
      HttpRequest request =
          HttpRequest.newBuilder(client.url)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString(form))
              .build();
      try {
        HttpResponse<String> response = Https.client(caFile).send(request, BodyHandlers.ofString());
        JsonNode json = ContractJson.mapper().readTree(response.body());
        token = json.path("access_token").asText("");
        goodUntil =
            System.nanoTime() + json.path("expires_in").asLong(300) * 1_000_000_000L * 4 / 5;
      } catch (IOException e) {
        throw new ImportService.UnusableException("the token endpoint does not answer");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException(e));
      }
      if (token.isEmpty()) {
        throw new ImportService.UnusableException("the token endpoint gives no token");
      }
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }
}
