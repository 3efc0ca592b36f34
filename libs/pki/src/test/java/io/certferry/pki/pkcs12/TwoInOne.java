package io.certferry.pki.pkcs12;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.macs.HMac;

/** Files that no program would write: the safes of other files, put together anew under one MAC. */
final class TwoInOne {
  private TwoInOne() {}

  /** All safes of both, which must have the same password. */
  static byte[] of(byte[] first, byte[] second, String password) {
    ASN1EncodableVector safes = new ASN1EncodableVector();
    safes(first).forEach(safes::add);
    safes(second).forEach(safes::add);
    return file(safes, password);
  }

  /** Only the safes in clear, in which OpenSSL puts the key. */
  static byte[] withoutCertificates(byte[] file, String password) {
    ASN1EncodableVector safes = new ASN1EncodableVector();
    for (ASN1Encodable safe : safes(file)) {
      if (ContentInfo.getInstance(safe).getContentType().equals(PKCSObjectIdentifiers.data)) {
        safes.add(safe);
      }
    }
    return file(safes, password);
  }

  private static ASN1Sequence safes(byte[] file) {
    return ASN1Sequence.getInstance(
        ASN1OctetString.getInstance(Pfx.getInstance(file).getAuthSafe().getContent()).getOctets());
  }

  private static byte[] file(ASN1EncodableVector safes, String password) {
    try {
      byte[] content = new DERSequence(safes).getEncoded("DER");
      ContentInfo data = new ContentInfo(PKCSObjectIdentifiers.data, new DEROctetString(content));
      return new Pfx(data, mac(content, password)).getEncoded("DER");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MacData mac(byte[] content, String password) {
    PKCS12ParametersGenerator generator = new PKCS12ParametersGenerator(new SHA256Digest());
    generator.init(
        PKCS12ParametersGenerator.PKCS12PasswordToBytes(password.toCharArray()), new byte[8], 1);
    HMac mac = new HMac(new SHA256Digest());
    mac.init(generator.generateDerivedMacParameters(256));
    mac.update(content, 0, content.length);
    byte[] value = new byte[32];
    mac.doFinal(value, 0);
    AlgorithmIdentifier sha256 =
        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
    return new MacData(new DigestInfo(sha256, value), new byte[8], 1);
  }
}
