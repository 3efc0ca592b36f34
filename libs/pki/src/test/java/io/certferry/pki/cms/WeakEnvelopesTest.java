package io.certferry.pki.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.Der;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.cms.CmsEnvelopesTest.Device;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Envelopes that open with the right key, but are weaker than what we write. */
class WeakEnvelopesTest {
  private static final Device DEVICE = new Device(KeySpec.RSA_2048);
  private static final byte[] CONTENT = {1, 2, 3};

  @Test
  void acceptsTheStrongFormOfTheGeneratorThatMakesTheWeakOnes() throws Exception {
    byte[] strong =
        envelope(RsaTransport.OAEP_SHA256.identifier(), NISTObjectIdentifiers.id_aes256_GCM);
    assertThat(DEVICE.open(strong).expose(SecretAccess.granted())).isEqualTo(CONTENT);
  }

  @Test
  void refusesPkcs1Transport() throws Exception {
    AlgorithmIdentifier pkcs1 =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    assertRefused(envelope(pkcs1, NISTObjectIdentifiers.id_aes256_GCM));
  }

  @Test
  void refusesOaepWithSha1AndWithSha1InItsMaskOnly() throws Exception {
    AlgorithmIdentifier sha1 =
        new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE);
    AlgorithmIdentifier sha256 =
        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
    for (AlgorithmIdentifier hash : new AlgorithmIdentifier[] {sha1, sha256}) {
      RSAESOAEPparams parameters =
          new RSAESOAEPparams(
              hash,
              new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha1),
              RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM);
      assertRefused(
          envelope(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, parameters),
              NISTObjectIdentifiers.id_aes256_GCM));
    }
  }

  @Test
  void refusesAes128() throws Exception {
    assertRefused(
        envelope(RsaTransport.OAEP_SHA256.identifier(), NISTObjectIdentifiers.id_aes128_GCM));
  }

  @Test
  void refusesEnvelopedDataWithCbc() {
    assertRefused(CmsEnvelopes.sealEnvelopedData(CONTENT, DEVICE.certificate()));
  }

  @Test
  void refusesTheCbcDowngradeOfAnAuthenticatedEnvelope() {
    AuthEnvelopedData data = sealed();
    EncryptedContentInfo encrypted = data.getAuthEncryptedContentInfo();
    AlgorithmIdentifier cbc =
        new AlgorithmIdentifier(
            NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]));
    assertRefused(
        rebuilt(
            data, withAlgorithm(encrypted, cbc), data.getMac().getOctets(), data.getAuthAttrs()));
  }

  @Test
  void refusesTagsShorterThan128BitsHoweverTheyAreAnnounced() {
    AuthEnvelopedData data = sealed();
    EncryptedContentInfo encrypted = data.getAuthEncryptedContentInfo();
    byte[] nonce =
        GCMParameters.getInstance(encrypted.getContentEncryptionAlgorithm().getParameters())
            .getNonce();
    for (int length : new int[] {12, 13, 15}) {
      byte[] tag = Arrays.copyOf(data.getMac().getOctets(), length);
      AlgorithmIdentifier shorter =
          new AlgorithmIdentifier(
              NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(nonce, length));
      assertRefused(rebuilt(data, withAlgorithm(encrypted, shorter), tag, null));
      assertRefused(rebuilt(data, encrypted, tag, null));
    }
  }

  @Test
  void refusesAddedAttributesAndSeveralRecipients() {
    AuthEnvelopedData data = sealed();
    byte[] tag = data.getMac().getOctets();
    ASN1Set attributes = new DERSet(PKCSObjectIdentifiers.data);
    assertRefused(rebuilt(data, data.getAuthEncryptedContentInfo(), tag, attributes));
    ASN1EncodableVector twice = new ASN1EncodableVector();
    twice.add(data.getRecipientInfos().getObjectAt(0));
    twice.add(sealed().getRecipientInfos().getObjectAt(0));
    AuthEnvelopedData both =
        new AuthEnvelopedData(
            null, new DERSet(twice), data.getAuthEncryptedContentInfo(), null, data.getMac(), null);
    assertRefused(contentInfo(both));
  }

  private static AuthEnvelopedData sealed() {
    byte[] der = CmsEnvelopes.seal(CONTENT, DEVICE.certificate());
    return AuthEnvelopedData.getInstance(ContentInfo.getInstance(der).getContent());
  }

  private static EncryptedContentInfo withAlgorithm(
      EncryptedContentInfo info, AlgorithmIdentifier algorithm) {
    return new EncryptedContentInfo(info.getContentType(), algorithm, info.getEncryptedContent());
  }

  private static byte[] rebuilt(
      AuthEnvelopedData data,
      EncryptedContentInfo encrypted,
      byte[] tag,
      @Nullable ASN1Set attributes) {
    return contentInfo(
        new AuthEnvelopedData(
            null, data.getRecipientInfos(), encrypted, attributes, new DEROctetString(tag), null));
  }

  private static byte[] contentInfo(AuthEnvelopedData data) {
    ContentInfo info = new ContentInfo(CMSObjectIdentifiers.authEnvelopedData, data);
    return Der.encode(info::getEncoded);
  }

  private static byte[] envelope(AlgorithmIdentifier transport, ASN1ObjectIdentifier cipher)
      throws CMSException, GeneralSecurityException, IOException {
    BouncyCastleProvider provider = new BouncyCastleProvider();
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(DEVICE.certificate()));
    CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
    generator.addRecipientInfoGenerator(
        new JceKeyTransRecipientInfoGenerator(certificate, transport).setProvider(provider));
    OutputAEADEncryptor encryptor =
        (OutputAEADEncryptor)
            new JceCMSContentEncryptorBuilder(cipher).setProvider(provider).build();
    ContentInfo info =
        generator.generate(new CMSProcessableByteArray(CONTENT), encryptor).toASN1Structure();
    return info.getEncoded("DER");
  }

  private static void assertRefused(byte[] envelope) {
    assertThatThrownBy(() -> DEVICE.open(envelope))
        .isInstanceOfSatisfying(
            PkiException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.ALGORITHM));
  }
}
