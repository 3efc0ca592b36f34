package io.certferry.pki.pkcs12;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.CertBag;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** What the bags of an open file hold, and whether it is one identity. */
final class ForeignBags implements AutoCloseable {
  private static final int MAX_BAGS = 64;
  private static final int MAX_CHAIN = 8;

  private final ForeignPassword password;
  private final char[] spelling;
  private final WorkBudget budget;
  private final List<SecretBytes> keys = new ArrayList<>();
  private final List<ParsedCertificate> certificates = new ArrayList<>();
  private int bags;

  ForeignBags(ForeignPassword password, char[] spelling, WorkBudget budget) {
    this.password = password;
    this.spelling = spelling;
    this.budget = budget;
  }

  /** Takes the bags of one safe in; safes may lie in safes. */
  void addSafe(ASN1Sequence safe) {
    for (ASN1Encodable element : safe) {
      if (++bags > MAX_BAGS) {
        throw new RefusedFileException(Pkcs12Refusal.TOO_LARGE, "more than " + MAX_BAGS + " bags");
      }
      add(SafeBag.getInstance(element));
    }
  }

  private void add(SafeBag bag) {
    if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
      addKey(shrouded(EncryptedPrivateKeyInfo.getInstance(bag.getBagValue())));
    } else if (bag.getBagId().equals(PKCSObjectIdentifiers.keyBag)) {
      addKey(octets(bag.getBagValue()));
    } else if (bag.getBagId().equals(PKCSObjectIdentifiers.certBag)) {
      addCertificate(CertBag.getInstance(bag.getBagValue()));
    } else if (bag.getBagId().equals(PKCSObjectIdentifiers.safeContentsBag)) {
      addSafe(ASN1Sequence.getInstance(bag.getBagValue()));
    }
  }

  private byte[] shrouded(EncryptedPrivateKeyInfo info) {
    return ForeignCipher.of(info.getEncryptionAlgorithm(), budget)
        .open(password, spelling, info.getEncryptedData(), ForeignBags::checkedKey)
        .orElseThrow(
            () ->
                new RefusedFileException(
                    Pkcs12Refusal.WRONG_PASSWORD,
                    "the password opens the file but not the private key in it"));
  }

  private static byte[] checkedKey(byte[] plain) {
    Pkcs12Reader.limits(plain);
    PrivateKeyInfo.getInstance(plain);
    return plain;
  }

  private static byte[] octets(ASN1Encodable key) {
    return io.certferry.pki.Der.encode(PrivateKeyInfo.getInstance(key)::getEncoded);
  }

  /** The same key twice is one key. */
  private void addKey(byte[] pkcs8) {
    for (SecretBytes known : keys) {
      if (Arrays.equals(known.expose(io.certferry.pki.key.SecretAccess.granted()), pkcs8)) {
        Arrays.fill(pkcs8, (byte) 0);
        return;
      }
    }
    keys.add(SecretBytes.owning(pkcs8));
  }

  private void addCertificate(CertBag bag) {
    if (!bag.getCertId().equals(PKCSObjectIdentifiers.x509Certificate)) {
      return;
    }
    try {
      ParsedCertificate parsed =
          Certificates.parse(ASN1OctetString.getInstance(bag.getCertValue()).getOctets());
      if (!certificates.contains(parsed)) {
        certificates.add(parsed);
      }
    } catch (PkiException e) {
      throw new RefusedFileException(Pkcs12Refusal.NOT_A_PFX, "a certificate in it cannot be read");
    }
  }

  /** The one identity in the bags; the caller owns it. */
  Pkcs12Opening.Opened identity() {
    if (keys.isEmpty()) {
      throw new RefusedFileException(
          Pkcs12Refusal.NO_PRIVATE_KEY, "it has no private key, only certificates or nothing");
    }
    if (keys.size() > 1) {
      throw new RefusedFileException(
          Pkcs12Refusal.SEVERAL_PRIVATE_KEYS,
          "it has " + keys.size() + " private keys; import each in a file of its own");
    }
    ParsedCertificate leaf = leaf(keys.get(0));
    List<byte[]> chain = chain(leaf).stream().map(ParsedCertificate::der).toList();
    return new Pkcs12Opening.Opened(keys.remove(0), leaf.der(), chain);
  }

  private ParsedCertificate leaf(SecretBytes pkcs8) {
    byte[] der = pkcs8.expose(io.certferry.pki.key.SecretAccess.granted());
    ForeignKey key = ForeignKey.of(PrivateKeyInfo.getInstance(der));
    List<ParsedCertificate> own =
        certificates.stream()
            .filter(each -> key.isOf(SubjectPublicKeyInfo.getInstance(each.spki())))
            .toList();
    if (own.isEmpty()) {
      throw new RefusedFileException(
          Pkcs12Refusal.NO_END_ENTITY_CERTIFICATE,
          "none of its " + certificates.size() + " certificates belongs to the private key");
    }
    return own.stream()
        .filter(each -> !each.isCa())
        .findFirst()
        .orElseThrow(
            () ->
                new RefusedFileException(
                    Pkcs12Refusal.NO_END_ENTITY_CERTIFICATE,
                    "the certificate of its private key is a CA's"));
  }

  /**
   * Issuers by name, from the leaf upwards; other certificates in the file are nobody's business.
   */
  private List<ParsedCertificate> chain(ParsedCertificate leaf) {
    List<ParsedCertificate> chain = new ArrayList<>();
    Optional<ParsedCertificate> next = issuer(leaf, chain);
    while (next.isPresent() && chain.size() < MAX_CHAIN) {
      chain.add(next.get());
      next = issuer(next.get(), chain);
    }
    return chain;
  }

  private Optional<ParsedCertificate> issuer(
      ParsedCertificate of, List<ParsedCertificate> already) {
    if (of.isSelfIssued()) {
      return Optional.empty();
    }
    return certificates.stream()
        .filter(each -> each.subject().equals(of.issuer()) && each.isCa())
        .filter(each -> isKeyOf(each, of) && !already.contains(each))
        .findFirst();
  }

  private static boolean isKeyOf(ParsedCertificate issuer, ParsedCertificate issued) {
    return issued.authorityKeyIdentifier() == null
        || issuer.subjectKeyIdentifier() == null
        || Objects.equals(issued.authorityKeyIdentifier(), issuer.subjectKeyIdentifier());
  }

  @Override
  public void close() {
    keys.forEach(SecretBytes::close);
  }
}
