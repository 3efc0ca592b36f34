package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the built-in CA publishes of its revocations, downloaded and read by OpenSSL. */
final class PublishedLists {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Pattern ENTRY =
      Pattern.compile(
          "Serial Number: ([0-9A-F]+)\\s+Revocation Date: [^\\n]+(?:\\s+CRL entry extensions:\\s+"
              + "X509v3 CRL Reason Code: *\\s+([A-Za-z ]+?)\\s*\\n)?");

  private final LocalStack stack;
  private final Path directory;

  PublishedLists(LocalStack stack, Path directory) {
    this.stack = stack;
    this.directory = directory;
  }

  /**
   * The newest CRL, its signature verified: serial to reason as OpenSSL names it, empty where the
   * entry has none.
   */
  Map<BigInteger, String> crl() throws IOException, InterruptedException {
    Files.write(directory.resolve("issuing.crl"), download("issuing.crl"));
    writePem("issuing");
    assertThat(crl("-CAfile", "issuing.pem")).contains("verify OK");
    Map<BigInteger, String> reasons = new HashMap<>();
    ENTRY
        .matcher(crl("-text"))
        .results()
        .forEach(entry -> reasons.put(new BigInteger(entry.group(1), 16), reason(entry)));
    return reasons;
  }

  private static String reason(MatchResult entry) {
    return entry.group(2) == null ? "" : entry.group(2);
  }

  private String crl(String... options) {
    List<String> command =
        new ArrayList<>(List.of("crl", "-inform", "DER", "-in", "issuing.crl", "-noout"));
    command.addAll(List.of(options));
    return OpenSsl.run(directory, command.toArray(String[]::new));
  }

  /** What the responder says of a serial, its signature verified. */
  String ocsp(BigInteger serial) throws IOException, InterruptedException {
    writePem("issuing");
    writePem("root");
    String said =
        OpenSsl.run(
            directory,
            "ocsp",
            "-issuer",
            "issuing.pem",
            "-serial",
            "0x" + serial.toString(16),
            "-url",
            stack.url(ServiceKind.GATEWAY).resolve("/ca/builtin/ocsp").toString(),
            "-CAfile",
            "root.pem",
            "-no_nonce");
    assertThat(said).contains("Response verify OK");
    return said;
  }

  private void writePem(String name) throws IOException, InterruptedException {
    if (!Files.exists(directory.resolve(name + ".pem"))) {
      Files.write(directory.resolve(name + ".cer"), download(name + ".cer"));
      OpenSsl.run(directory, "x509", "-inform", "DER", "-in", name + ".cer", "-out", name + ".pem");
    }
  }

  private byte[] download(String name) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(stack.url(ServiceKind.GATEWAY).resolve("/ca/builtin/" + name))
            .build();
    HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).as(name).isEqualTo(200);
    return response.body();
  }
}
