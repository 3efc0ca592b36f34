package io.certferry.pki.pkcs12;

import static io.certferry.pki.AlgorithmPolicy2026.PKCS12_ITERATIONS;
import static io.certferry.pki.pkcs12.Pkcs12Cipher.sequence;

import io.certferry.pki.Der;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Kdf.Use;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.jspecify.annotations.Nullable;

/**
 * Writes PKCS#12 files (RFC 7292) element by element, so that no library default can change what
 * devices get. DER throughout; one key, its certificate and the chain without the root; key bag and
 * certificates encrypted alike; 2,048 iterations for every derivation (the password has 256 bits).
 */
public final class Pkcs12Files {
  private static final int MAX_CHAIN = 8;

  private final Pkcs12Profile profile;
  private final Pkcs12Password password;

  private Pkcs12Files(Pkcs12Profile profile, Pkcs12Password password) {
    this.profile = profile;
    this.password = password;
  }

  /**
   * @param profile what the importer accepts
   * @param pkcs8 private key, PKCS#8 DER; stays open
   * @param leaf its certificate, DER
   * @param chainWithoutRoot intermediates, DER, the issuing CA first; at most 8
   * @param friendlyName for people; reduced to 64 ASCII characters
   * @param password printable ASCII, see {@code Passwords.random()}; stays open
   * @return PFX, DER
   */
  public static byte[] build(
      Pkcs12Profile profile,
      SecretBytes pkcs8,
      byte[] leaf,
      List<byte[]> chainWithoutRoot,
      String friendlyName,
      SecretBytes password) {
    if (chainWithoutRoot.size() > MAX_CHAIN) {
      throw new IllegalArgumentException("a chain has at most " + MAX_CHAIN + " certificates");
    }
    try (Pkcs12Password encoded = Pkcs12Password.of(password)) {
      return new Pkcs12Files(profile, encoded)
          .file(pkcs8, leaf, chainWithoutRoot, FriendlyName.ascii(friendlyName));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, "cannot build a PKCS#12 file", e);
    }
  }

  private byte[] file(SecretBytes pkcs8, byte[] leaf, List<byte[]> chain, String friendlyName)
      throws GeneralSecurityException {
    DERSet identity = identity(leaf, friendlyName);
    byte[] safe = der(sequence(certificates(leaf, chain, identity), privateKey(pkcs8, identity)));
    return der(sequence(new ASN1Integer(3), data(safe), mac(safe)));
  }

  private ASN1Encodable certificates(byte[] leaf, List<byte[]> chain, DERSet identity)
      throws GeneralSecurityException {
    List<ASN1Encodable> bags = new ArrayList<>();
    bags.add(certificate(leaf, identity));
    chain.forEach(issuer -> bags.add(certificate(issuer, null)));
    byte[] contents = der(new DERSequence(bags.toArray(ASN1Encodable[]::new)));
    Pkcs12Cipher sealed = Pkcs12Cipher.encrypt(profile, password, contents);
    DERTaggedObject encrypted =
        new DERTaggedObject(false, 0, new DEROctetString(sealed.encrypted()));
    return contentInfo(
        PKCSObjectIdentifiers.encryptedData,
        sequence(
            new ASN1Integer(0),
            sequence(PKCSObjectIdentifiers.data, sealed.algorithm(), encrypted)));
  }

  private static ASN1Encodable certificate(byte[] der, @Nullable DERSet attributes) {
    DERSequence bag =
        sequence(
            PKCSObjectIdentifiers.x509Certificate,
            new DERTaggedObject(true, 0, new DEROctetString(der)));
    return bag(PKCSObjectIdentifiers.certBag, bag, attributes);
  }

  private ASN1Encodable privateKey(SecretBytes pkcs8, DERSet identity)
      throws GeneralSecurityException {
    byte[] plain = pkcs8.expose(SecretAccess.granted());
    Pkcs12Cipher sealed = Pkcs12Cipher.encrypt(profile, password, plain);
    DERSequence shrouded = sequence(sealed.algorithm(), new DEROctetString(sealed.encrypted()));
    ASN1Encodable bag = bag(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag, shrouded, identity);
    return data(der(sequence(bag)));
  }

  private ASN1Encodable mac(byte[] safe) throws GeneralSecurityException {
    boolean modern = profile == Pkcs12Profile.MODERN;
    byte[] salt = Randomness.bytes(modern ? 16 : 8);
    byte[] key =
        Pkcs12Kdf.derive(
            modern ? "SHA-256" : "SHA-1",
            Use.MAC,
            password.bmp(),
            salt,
            PKCS12_ITERATIONS,
            modern ? 32 : 20);
    try {
      Mac mac = Mac.getInstance(modern ? "HmacSHA256" : "HmacSHA1");
      mac.init(new SecretKeySpec(key, "HMAC"));
      ASN1ObjectIdentifier digest =
          modern ? NISTObjectIdentifiers.id_sha256 : OIWObjectIdentifiers.idSHA1;
      return sequence(
          new DigestInfo(new AlgorithmIdentifier(digest, DERNull.INSTANCE), mac.doFinal(safe)),
          new DEROctetString(salt),
          new ASN1Integer(PKCS12_ITERATIONS));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Ties key and certificate together: the same localKeyId and friendlyName on both. */
  private static DERSet identity(byte[] leaf, String friendlyName) {
    return new DERSet(
        new ASN1Encodable[] {
          sequence(
              PKCSObjectIdentifiers.pkcs_9_at_friendlyName,
              new DERSet(new DERBMPString(friendlyName))),
          sequence(
              PKCSObjectIdentifiers.pkcs_9_at_localKeyId,
              new DERSet(new DEROctetString(Digests.sha1(leaf))))
        });
  }

  private static ASN1Encodable bag(
      ASN1ObjectIdentifier type, ASN1Encodable value, @Nullable DERSet attributes) {
    DERTaggedObject tagged = new DERTaggedObject(true, 0, value);
    return attributes == null ? sequence(type, tagged) : sequence(type, tagged, attributes);
  }

  private static ASN1Encodable data(byte[] content) {
    return contentInfo(PKCSObjectIdentifiers.data, new DEROctetString(content));
  }

  private static ASN1Encodable contentInfo(ASN1ObjectIdentifier type, ASN1Encodable content) {
    return sequence(type, new DERTaggedObject(true, 0, content));
  }

  private static byte[] der(DERSequence sequence) {
    return Der.encode(sequence::getEncoded);
  }
}
