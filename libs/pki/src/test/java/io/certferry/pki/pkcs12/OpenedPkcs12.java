package io.certferry.pki.pkcs12;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.CertBag;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/**
 * A PKCS#12 file taken apart by Bouncy Castle's own reader, as facts that importers differ about.
 *
 * @param topLevel content type of the outermost ContentInfo
 * @param mac the MAC, if any
 * @param encryptions of safes and key bags, in order
 * @param bagTypes OIDs of all bags
 * @param keyAlgorithms OIDs of all private keys
 * @param certificates how many
 */
record OpenedPkcs12(
    String topLevel,
    Optional<MacFacts> mac,
    List<Encryption> encryptions,
    List<String> bagTypes,
    List<String> keyAlgorithms,
    int certificates) {

  record MacFacts(String digest, BigInteger iterations, int saltLength) {}

  /**
   * @param scheme OID of PBES2 or of a PKCS#12 PBE
   * @param cipher OID of the cipher; the scheme's for PBES1
   * @param kdf OID of the derivation; empty for PBES1
   * @param prf OID of the PRF; empty for PBES1
   * @param keyLength whether a key length is written
   */
  record Encryption(
      String scheme,
      String cipher,
      String kdf,
      String prf,
      boolean keyLength,
      BigInteger iterations) {
    boolean isPbes2() {
      return scheme.equals(PKCSObjectIdentifiers.id_PBES2.getId());
    }
  }

  static OpenedPkcs12 open(byte[] der, String password) {
    try {
      return new Reader(password).read(der);
    } catch (IOException | PKCSException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Each safe's plain content, DER of SafeContents. */
  static List<byte[]> safeContents(byte[] der, String password) {
    Reader reader = new Reader(password);
    try {
      reader.read(der);
      return reader.contents;
    } catch (IOException | PKCSException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static final class Reader {
    private final InputDecryptorProvider decryptor;
    private final List<Encryption> encryptions = new ArrayList<>();
    private final List<String> bagTypes = new ArrayList<>();
    private final List<String> keyAlgorithms = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private int certificates;

    Reader(String password) {
      this.decryptor =
          new JcePKCSPBEInputDecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(password.toCharArray());
    }

    OpenedPkcs12 read(byte[] der) throws IOException, PKCSException {
      Pfx pfx = Pfx.getInstance(der);
      for (ContentInfo info : new PKCS12PfxPdu(pfx).getContentInfos()) {
        safe(info);
      }
      return new OpenedPkcs12(
          pfx.getAuthSafe().getContentType().getId(),
          Optional.ofNullable(pfx.getMacData())
              .map(
                  mac ->
                      new MacFacts(
                          mac.getMac().getAlgorithmId().getAlgorithm().getId(),
                          mac.getIterationCount(),
                          mac.getSalt().length)),
          List.copyOf(encryptions),
          List.copyOf(bagTypes),
          List.copyOf(keyAlgorithms),
          certificates);
    }

    private void safe(ContentInfo info) throws IOException, PKCSException {
      boolean encrypted = info.getContentType().equals(PKCSObjectIdentifiers.encryptedData);
      if (encrypted) {
        encryptions.add(
            facts(EncryptedData.getInstance(info.getContent()).getEncryptionAlgorithm()));
      }
      PKCS12SafeBagFactory factory =
          encrypted ? new PKCS12SafeBagFactory(info, decryptor) : new PKCS12SafeBagFactory(info);
      ASN1EncodableVector bags = new ASN1EncodableVector();
      for (PKCS12SafeBag bag : factory.getSafeBags()) {
        bags.add(bag.toASN1Structure());
        bag(bag.toASN1Structure());
      }
      contents.add(new DERSequence(bags).getEncoded("DER"));
    }

    private void bag(SafeBag bag) throws PKCSException {
      bagTypes.add(bag.getBagId().getId());
      if (bag.getBagId().equals(PKCSObjectIdentifiers.certBag)) {
        CertBag.getInstance(bag.getBagValue());
        certificates++;
      } else if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
        EncryptedPrivateKeyInfo shrouded = EncryptedPrivateKeyInfo.getInstance(bag.getBagValue());
        encryptions.add(facts(shrouded.getEncryptionAlgorithm()));
        PrivateKeyInfo key =
            new PKCS8EncryptedPrivateKeyInfo(shrouded).decryptPrivateKeyInfo(decryptor);
        keyAlgorithms.add(key.getPrivateKeyAlgorithm().getAlgorithm().getId());
      }
    }

    private static Encryption facts(AlgorithmIdentifier algorithm) {
      ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
      if (!oid.equals(PKCSObjectIdentifiers.id_PBES2)) {
        ASN1Sequence parameters = ASN1Sequence.getInstance(algorithm.getParameters());
        return new Encryption(
            oid.getId(),
            oid.getId(),
            "",
            "",
            false,
            ASN1Integer.getInstance(parameters.getObjectAt(1)).getValue());
      }
      PBES2Parameters pbes2 = PBES2Parameters.getInstance(algorithm.getParameters());
      PBKDF2Params kdf = PBKDF2Params.getInstance(pbes2.getKeyDerivationFunc().getParameters());
      return new Encryption(
          oid.getId(),
          pbes2.getEncryptionScheme().getAlgorithm().getId(),
          pbes2.getKeyDerivationFunc().getAlgorithm().getId(),
          kdf.getPrf().getAlgorithm().getId(),
          kdf.getKeyLength() != null,
          kdf.getIterationCount());
    }
  }
}
