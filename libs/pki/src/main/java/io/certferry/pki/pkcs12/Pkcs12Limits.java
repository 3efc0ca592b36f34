package io.certferry.pki.pkcs12;

import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * Adds up the work that a foreign PKCS#12 file asks for before anything is derived: its iteration
 * counts are chosen by whoever made it and run before any authentication (CVE-2026-13586 and its
 * twins). Each derivation may ask for {@link AlgorithmPolicy2026#MAX_KDF_ITERATIONS}, all together
 * for {@link AlgorithmPolicy2026#MAX_KDF_ITERATIONS_TOTAL}. Only PBKDF2, the PKCS#12 derivation and
 * the classic MAC are let through: scrypt and PBMAC1 have parameters of their own to bomb with.
 *
 * <p>What lies inside an encrypted safe is seen only after decrypting it: call {@link
 * #safeContents} on the decrypted octets, on the same instance, before opening the bags in them.
 */
public final class Pkcs12Limits {
  private static final BigInteger EACH = BigInteger.valueOf(AlgorithmPolicy2026.MAX_KDF_ITERATIONS);
  private static final int MAX_BAGS = 64;

  private long total;
  private int bags;

  private Pkcs12Limits() {}

  /**
   * Checks everything that can be seen without the password.
   *
   * @param pfx DER of at most 256 KiB
   * @return for {@link #safeContents}
   * @throws PkiException LIMIT, MALFORMED, or ALGORITHM for another derivation
   */
  public static Pkcs12Limits check(byte[] pfx) {
    return Der.read("PKCS#12 file", pfx, DerLimits.DEFAULT, Pkcs12Limits::checked);
  }

  private static Pkcs12Limits checked(byte[] der) {
    Pkcs12Limits limits = new Pkcs12Limits();
    Pfx pfx = Pfx.getInstance(der);
    if (pfx.getMacData() == null) {
      throw new PkiException(Reason.MALFORMED, "a PKCS#12 file without a MAC is not accepted");
    }
    limits.mac(pfx.getMacData());
    limits.safes(octets(pfx.getAuthSafe()));
    return limits;
  }

  /**
   * Adds the derivations of a decrypted safe's bags.
   *
   * @param der SafeContents
   * @throws PkiException as {@link #check}
   */
  public void safeContents(byte[] der) {
    DerLimits.DEFAULT.check(der);
    for (ASN1Encodable element : ASN1Sequence.getInstance(der)) {
      SafeBag bag = SafeBag.getInstance(element);
      if (++bags > MAX_BAGS) {
        throw new PkiException(Reason.LIMIT, "more than " + MAX_BAGS + " bags");
      }
      if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
        encryption(EncryptedPrivateKeyInfo.getInstance(bag.getBagValue()).getEncryptionAlgorithm());
      } else if (bag.getBagId().equals(PKCSObjectIdentifiers.safeContentsBag)) {
        throw new PkiException(Reason.MALFORMED, "nested safe contents are not accepted");
      }
    }
  }

  private void safes(byte[] der) {
    DerLimits.DEFAULT.check(der);
    for (ContentInfo safe : AuthenticatedSafe.getInstance(der).getContentInfo()) {
      if (safe.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
        encryption(EncryptedData.getInstance(safe.getContent()).getEncryptionAlgorithm());
      } else {
        safeContents(octets(safe));
      }
    }
  }

  private static byte[] octets(ContentInfo info) {
    if (!info.getContentType().equals(PKCSObjectIdentifiers.data)) {
      throw new PkiException(
          Reason.ALGORITHM, "content type " + info.getContentType() + " is not accepted");
    }
    return ASN1OctetString.getInstance(info.getContent()).getOctets();
  }

  private void mac(MacData mac) {
    ASN1ObjectIdentifier digest = mac.getMac().getAlgorithmId().getAlgorithm();
    if (digest.equals(PKCSObjectIdentifiers.id_PBMAC1)) {
      throw new PkiException(Reason.ALGORITHM, "a PBMAC1 MAC is not accepted");
    }
    add(mac.getIterationCount());
  }

  private void encryption(AlgorithmIdentifier algorithm) {
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.id_PBES2)) {
      pbes2(PBES2Parameters.getInstance(algorithm.getParameters()));
    } else if (oid.on(PKCSObjectIdentifiers.pkcs_12PbeIds)) {
      add(PKCS12PBEParams.getInstance(algorithm.getParameters()).getIterations());
    } else {
      throw new PkiException(Reason.ALGORITHM, "encryption " + oid + " is not accepted");
    }
  }

  private void pbes2(PBES2Parameters parameters) {
    ASN1ObjectIdentifier kdf = parameters.getKeyDerivationFunc().getAlgorithm();
    if (!kdf.equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw new PkiException(Reason.ALGORITHM, "key derivation " + kdf + " is not accepted");
    }
    PBKDF2Params params =
        PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
    BigInteger length = params.getKeyLength();
    if (length != null && (length.signum() <= 0 || length.bitLength() > 6)) {
      throw new PkiException(Reason.LIMIT, "a key length of more than 63 bytes");
    }
    add(params.getIterationCount());
  }

  private void add(BigInteger iterations) {
    if (iterations.signum() <= 0 || iterations.compareTo(EACH) > 0) {
      throw new PkiException(Reason.LIMIT, "a derivation asks for 1 to " + EACH + " iterations");
    }
    total += iterations.intValueExact();
    if (total > AlgorithmPolicy2026.MAX_KDF_ITERATIONS_TOTAL) {
      throw new PkiException(
          Reason.LIMIT,
          "all derivations together ask for more than "
              + AlgorithmPolicy2026.MAX_KDF_ITERATIONS_TOTAL
              + " iterations");
    }
  }
}
