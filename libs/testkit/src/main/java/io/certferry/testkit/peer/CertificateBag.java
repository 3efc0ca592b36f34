package io.certferry.testkit.peer;

import io.certferry.contracts.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.util.CollectionStore;

/** Certs-only messages. */
final class CertificateBag {

  private CertificateBag() {}

  static byte[] of(Bytes certificate, List<Bytes> chain) {
    List<Bytes> all = new ArrayList<>(List.of(certificate));
    all.addAll(chain);
    return of(all);
  }

  static byte[] of(List<Bytes> certificates) {
    try {
      List<X509CertificateHolder> holders = new ArrayList<>();
      for (Bytes certificate : certificates) {
        holders.add(new X509CertificateHolder(certificate.toArray()));
      }
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new CollectionStore<>(holders));
      return generator.generate(new CMSAbsentContent()).getEncoded();
    } catch (CMSException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
