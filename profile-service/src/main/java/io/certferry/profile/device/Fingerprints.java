package io.certferry.profile.device;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import io.certferry.profile.device.DeviceRow.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hashes reports so that two which say the same have the same hash, whatever the order of groups
 * and attributes.
 */
public final class Fingerprints {

  private static final byte[] ABSENT = {(byte) 0xFF};
  private static final byte[] TEXT = {1};

  private final MessageDigest digest;

  private Fingerprints(MessageDigest digest) {
    this.digest = digest;
  }

  /** The fingerprint of everything in a report but {@code occurredAt}. */
  public static Fingerprint of(DeviceCheckedIn report) {
    try {
      return new Fingerprints(MessageDigest.getInstance("SHA-256")).hash(report);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Fingerprint hash(DeviceCheckedIn report) {
    add(report.deviceId());
    add(report.platform());
    add(report.osVersion());
    add(report.enrolmentId());
    add(report.deviceCertificate());
    for (Bytes certificate : orEmpty(report.deviceCertificateChain())) {
      add(certificate);
    }
    add("groups");
    orEmpty(report.groups()).stream().sorted().forEach(this::add);
    add("attributes");
    attributes(report).forEach(this::addAttribute);
    add("user");
    if (report.user() != null) {
      addUser(report.user());
    }
    return new Fingerprint(digest.digest());
  }

  private void addUser(DirectoryUser user) {
    add(user.id());
    add(user.userName());
    add(user.userPrincipalName());
    add(user.emailAddress());
    add(user.onPremisesSecurityIdentifier());
    add(user.onPremisesDistinguishedName());
    add(user.onPremisesSamAccountName());
    add(user.commonName());
    add(user.givenName());
    add(user.surname());
  }

  private void addAttribute(String name, String value) {
    add(name);
    add(value);
  }

  private static Map<String, String> attributes(DeviceCheckedIn report) {
    return report.attributes() == null ? Map.of() : new TreeMap<>(report.attributes());
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private void add(@Nullable Bytes bytes) {
    add(bytes == null ? null : bytes.toArray());
  }

  private void add(@Nullable String text) {
    add(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  /** A length before each value keeps "ab","c" apart from "a","bc". */
  private void add(byte @Nullable [] value) {
    if (value == null) {
      digest.update(ABSENT);
      return;
    }
    digest.update(TEXT);
    int n = value.length;
    digest.update(new byte[] {(byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
    digest.update(value);
  }
}
