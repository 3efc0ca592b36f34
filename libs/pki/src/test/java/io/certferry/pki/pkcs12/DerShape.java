package io.certferry.pki.pkcs12;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BMPString;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;

/**
 * Prints structure, OIDs, numbers and the lengths of short octet strings; never random content, so
 * that two files of one profile print the same.
 */
final class DerShape {
  private static final int LONGEST_PARAMETER = 32;
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("1.2.840.113549.1.7.1", "data"),
          Map.entry("1.2.840.113549.1.7.6", "encryptedData"),
          Map.entry("1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag"),
          Map.entry("1.2.840.113549.1.12.10.1.3", "certBag"),
          Map.entry("1.2.840.113549.1.9.22.1", "x509Certificate"),
          Map.entry("1.2.840.113549.1.9.20", "friendlyName"),
          Map.entry("1.2.840.113549.1.9.21", "localKeyId"),
          Map.entry("1.2.840.113549.1.5.13", "PBES2"),
          Map.entry("1.2.840.113549.1.5.12", "PBKDF2"),
          Map.entry("1.2.840.113549.2.9", "hmacWithSHA256"),
          Map.entry("2.16.840.1.101.3.4.1.42", "aes256-CBC"),
          Map.entry("2.16.840.1.101.3.4.2.1", "sha256"),
          Map.entry("1.3.14.3.2.26", "sha1"),
          Map.entry("1.2.840.113549.1.12.1.3", "pbeWithSHAAnd3-KeyTripleDES-CBC"));

  private final StringBuilder out = new StringBuilder();

  static String of(byte[] der) throws IOException {
    DerShape shape = new DerShape();
    shape.print(ASN1Primitive.fromByteArray(der), 0);
    return shape.out.toString();
  }

  private void print(ASN1Encodable value, int depth) {
    if (value instanceof ASN1Sequence sequence) {
      line(depth, "SEQUENCE");
      sequence.forEach(child -> print(child, depth + 1));
    } else if (value instanceof ASN1Set set) {
      line(depth, "SET");
      set.forEach(child -> print(child, depth + 1));
    } else if (value instanceof ASN1TaggedObject tagged) {
      line(depth, "[" + tagged.getTagNo() + "] " + (tagged.isExplicit() ? "EXPLICIT" : "IMPLICIT"));
      if (tagged.isExplicit()) {
        print(tagged.getExplicitBaseObject(), depth + 1);
      }
    } else if (value instanceof ASN1OctetString octets) {
      octets(octets.getOctets(), depth);
    } else {
      line(depth, scalar(value));
    }
  }

  private void octets(byte[] octets, int depth) {
    Optional<ASN1Sequence> inside = structure(octets);
    if (octets.length <= LONGEST_PARAMETER) {
      line(depth, "OCTET STRING of " + octets.length);
    } else if (inside.isPresent()) {
      line(depth, "OCTET STRING around");
      print(inside.get(), depth + 1);
    } else {
      line(depth, "OCTET STRING of many");
    }
  }

  private static String scalar(ASN1Encodable value) {
    if (value instanceof ASN1ObjectIdentifier oid) {
      return NAMES.getOrDefault(oid.getId(), oid.getId());
    }
    if (value instanceof ASN1Integer number) {
      return "INTEGER " + number.getValue();
    }
    if (value instanceof ASN1BMPString text) {
      return "BMPString " + text.getString();
    }
    return value
        .getClass()
        .getSimpleName()
        .replaceAll("^(DER|DL|ASN1)", "")
        .toUpperCase(Locale.ROOT);
  }

  /** The authenticated safe and its plain contents; neither cipher texts nor certificates. */
  private static Optional<ASN1Sequence> structure(byte[] octets) {
    try {
      return ASN1Primitive.fromByteArray(octets) instanceof ASN1Sequence sequence
              && !isCertificate(sequence)
          ? Optional.of(sequence)
          : Optional.empty();
    } catch (IOException | IllegalArgumentException | IllegalStateException cipherText) {
      return Optional.empty();
    }
  }

  private static boolean isCertificate(ASN1Sequence sequence) {
    return sequence.size() == 3 && sequence.getObjectAt(2) instanceof ASN1BitString;
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }
}
