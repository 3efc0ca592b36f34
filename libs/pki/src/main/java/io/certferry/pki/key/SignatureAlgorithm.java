package io.certferry.pki.key;

import io.certferry.pki.Der;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/** The signature algorithms that are made and accepted; SHA-1, MD5, DSA and RSA-PSS are not. */
enum SignatureAlgorithm {
  RSA_SHA256("SHA256withRSA", PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE),
  RSA_SHA384("SHA384withRSA", PKCSObjectIdentifiers.sha384WithRSAEncryption, DERNull.INSTANCE),
  RSA_SHA512("SHA512withRSA", PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE),
  ECDSA_SHA256("SHA256withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA256, null),
  ECDSA_SHA384("SHA384withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA384, null),
  ECDSA_SHA512("SHA512withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA512, null);

  private final String jca;
  private final ASN1ObjectIdentifier oid;
  private final byte[] identifier;

  SignatureAlgorithm(String jca, ASN1ObjectIdentifier oid, @Nullable ASN1Encodable parameters) {
    this.jca = jca;
    this.oid = oid;
    AlgorithmIdentifier der =
        parameters == null
            ? new AlgorithmIdentifier(oid)
            : new AlgorithmIdentifier(oid, parameters);
    this.identifier = Der.encode(der::getEncoded);
  }

  String jca() {
    return jca;
  }

  byte[] identifier() {
    return identifier.clone();
  }

  static SignatureAlgorithm forKey(PublicKeys.Description key) {
    if (key.algorithm().equals("RSA")) {
      return RSA_SHA256;
    }
    return switch (key.bits()) {
      case 256 -> ECDSA_SHA256;
      case 384 -> ECDSA_SHA384;
      case 521 -> ECDSA_SHA512;
      default -> throw new PkiException(Reason.ALGORITHM, "cannot sign with " + key);
    };
  }

  static Optional<SignatureAlgorithm> of(byte[] identifier) {
    AlgorithmIdentifier wanted =
        Der.read("signature algorithm", identifier, AlgorithmIdentifier::getInstance);
    return Arrays.stream(values()).filter(a -> a.oid.equals(wanted.getAlgorithm())).findFirst();
  }
}
