package io.certferry.local;

import io.certferry.testkit.Device;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the demo did, for people.
 *
 * @param device that got the certificate
 * @param opened what it got
 * @param toPackage from check-in to offer
 * @param generations after ten more check-ins
 * @param memory resident, by service
 * @param directory where the files are
 * @param total since the start
 */
record DemoReport(
    Device device,
    DemoPackage opened,
    Duration toPackage,
    int generations,
    String memory,
    Path directory,
    Duration total) {

  private static final Map<Integer, String> NAME_TYPES =
      Map.of(0, "other name", 1, "email", 2, "dns", 6, "uri", 7, "ip");

  void print(PrintStream out) {
    out.println();
    lines().forEach((name, value) -> out.printf("  %-13s %s%n", name, value));
    out.println();
  }

  Map<String, String> lines() {
    X509Certificate certificate = opened.certificate();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("device", device.deviceId());
    lines.put("subject", certificate.getSubjectX500Principal().getName());
    lines.put("SANs", alternativeNames(certificate));
    lines.put("issuer", certificate.getIssuerX500Principal().getName());
    lines.put("serial", certificate.getSerialNumber().toString(16));
    lines.put(
        "valid",
        certificate.getNotBefore().toInstant() + " to " + certificate.getNotAfter().toInstant());
    lines.put("key", certificate.getPublicKey().getAlgorithm());
    lines.put("generations", generations + " after eleven check-ins");
    lines.put("ready in", toPackage.toMillis() + " ms from check-in to package");
    lines.put("memory", memory);
    lines.put("total", total.toMillis() / 1000.0 + " s with starting everything");
    lines.put("files", directory.toString());
    return lines;
  }

  private static String alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? "none"
          : names.stream().map(DemoReport::text).collect(Collectors.joining(", "));
    } catch (CertificateParsingException e) {
      throw new StackException("the alternative names cannot be read", e);
    }
  }

  private static String text(List<?> name) {
    String type = NAME_TYPES.getOrDefault((Integer) name.get(0), "type " + name.get(0));
    return name.get(1) instanceof byte[] otherName
        ? "upn:" + OtherName.value(otherName)
        : type + ":" + name.get(1);
  }
}
