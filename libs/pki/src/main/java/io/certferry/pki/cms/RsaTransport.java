package io.certferry.pki.cms;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** How a content key is encrypted to an RSA key. */
enum RsaTransport {
  OAEP_SHA256,
  PKCS1_V15;

  static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
  static final String OAEP_TRANSFORMATION = "RSA/ECB/OAEPPadding";

  private static final AlgorithmIdentifier SHA256 =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);

  AlgorithmIdentifier identifier() {
    return switch (this) {
      case OAEP_SHA256 ->
          new AlgorithmIdentifier(
              PKCSObjectIdentifiers.id_RSAES_OAEP,
              new RSAESOAEPparams(
                  SHA256,
                  new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, SHA256),
                  RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));
      case PKCS1_V15 ->
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    };
  }

  byte[] encrypt(PublicKey recipient, byte[] key) throws GeneralSecurityException {
    if (this == OAEP_SHA256) {
      Cipher cipher = Cipher.getInstance(OAEP_TRANSFORMATION);
      cipher.init(Cipher.ENCRYPT_MODE, recipient, OAEP);
      return cipher.doFinal(key);
    }
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, recipient);
    return cipher.doFinal(key);
  }
}
