package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.wire.Credentials;
import io.certferry.pki.Randomness;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;

/** A reference value and a shared secret: PBMAC with SHA-256 and HMAC-SHA256 (RFC 4211 4.4). */
final class SecretProtection implements Protection {

  private static final int SALT = 16;
  private static final int ITERATIONS = 10_000;
  private static final int MOST_ITERATIONS = 100_000;

  private final String reference;
  private final Credentials credentials;

  SecretProtection(String reference, Credentials credentials) {
    this.reference = reference;
    this.credentials = credentials;
  }

  @Override
  public GeneralName sender() {
    return new GeneralName(new X500Name("CN=" + X500Names.escaped(reference)));
  }

  @Override
  public ProtectedPKIMessage protect(ProtectedPKIMessageBuilder message)
      throws IOException, CMPException {
    message.setSenderKID(reference.getBytes(StandardCharsets.UTF_8));
    char[] secret = secret();
    try {
      return message.build(
          new PKMACBuilder(new JcePKMACValuesCalculator())
              .setParameters(parameters())
              .build(secret));
    } catch (CRMFException e) {
      throw new CMPException("cannot protect a message", e);
    } finally {
      Arrays.fill(secret, '\0');
    }
  }

  private static PBMParameter parameters() {
    return new PBMParameter(
        Randomness.bytes(SALT),
        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
        ITERATIONS,
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE));
  }

  @Override
  public boolean verifies(ProtectedPKIMessage message) throws IOException, CMPException {
    if (!message.hasPasswordBasedMacProtection()
        || !message
            .getProtectionAlgorithm()
            .getAlgorithm()
            .equals(org.bouncycastle.asn1.cmp.CMPObjectIdentifiers.passwordBasedMac)) {
      return false;
    }
    char[] secret = secret();
    try {
      return message.verify(
          new PKMACBuilder(new JcePKMACValuesCalculator(), MOST_ITERATIONS), secret);
    } finally {
      Arrays.fill(secret, '\0');
    }
  }

  private char[] secret() throws IOException {
    try (SecretBytes bytes = credentials.password()) {
      CharBuffer chars =
          StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes.expose(SecretAccess.granted())));
      char[] secret = new char[chars.remaining()];
      chars.get(secret);
      Arrays.fill(chars.array(), '\0');
      return secret;
    }
  }
}
