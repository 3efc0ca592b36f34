package io.certferry.cli.pfx;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.UserIds;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening;
import io.certferry.pki.pkcs12.Pkcs12Opening.Opened;
import io.certferry.pki.pkcs12.Pkcs12Opening.Refused;
import io.certferry.pki.pkcs12.Pkcs12Reader;
import io.certferry.pki.pkcs12.Pkcs12Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** What a file is like from inside, and its sealed form. */
final class SealedFile {

  private static final Set<String> PURPOSES =
      Set.of("unassigned", "smimeEncryption", "smimeSigning", "vpn", "wifi");

  private SealedFile() {}

  /** A file that is not sent. */
  record Bad(String code, String message) {}

  /** A file that was looked at, or why it cannot be. */
  sealed interface Look {

    /**
     * It is whole.
     *
     * @param file its bytes
     * @param leaf the certificate in it
     */
    record Good(byte[] file, SecretBytes password, ParsedCertificate leaf, String purpose)
        implements Look, AutoCloseable {

      @Override
      public void close() {
        Arrays.fill(file, (byte) 0);
        password.close();
      }

      @Override
      public String toString() {
        return "Good[redacted]";
      }
    }

    /** It is not. */
    record Skipped(Bad why) implements Look {}
  }

  /** Opens the file as a device would. */
  static Look look(Order order) {
    String purpose =
        PURPOSES.stream()
            .filter(each -> each.equalsIgnoreCase(order.purpose()))
            .findFirst()
            .orElse("");
    if (purpose.isEmpty()) {
      return skipped(
          "unknown-purpose",
          "the purpose is not one of " + String.join(", ", PURPOSES.stream().sorted().toList()));
    }
    byte[] file;
    try {
      file = read(order.file());
    } catch (NoSuchFileException e) {
      return skipped("no-such-file", "the file is not there");
    } catch (IOException e) {
      return skipped("unreadable-file", "the file cannot be read");
    }
    return Pkcs12Reader.password(order.password())
        .map(password -> opened(file, password, purpose))
        .orElseGet(
            () ->
                skipped(
                    Pkcs12Refusal.PASSWORD_NOT_REPRESENTABLE.code(),
                    "the password has a character outside ISO 8859-1 (Latin-1), which no importer"
                        + " can carry: export the file with another password"));
  }

  /** One byte more than the limit is enough to see that it is too large. */
  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Pkcs12Reader.MAX_BYTES + 1);
    }
  }

  private static Look opened(byte[] file, SecretBytes password, String purpose) {
    Pkcs12Opening opening = Pkcs12Reader.open(file, password);
    if (opening instanceof Refused refused) {
      password.close();
      Arrays.fill(file, (byte) 0);
      return skipped(refused.reason().code(), refused.message());
    }
    try (Opened identity = (Opened) opening) {
      return new Look.Good(file, password, Certificates.parse(identity.leaf()), purpose);
    }
  }

  private static Look skipped(String code, String message) {
    return new Look.Skipped(new Bad(code, message));
  }

  /**
   * The body of {@code POST /api/v1/imports}.
   *
   * @param replace whether another file of the same certificate is replaced
   */
  record Upload(
      String userPrincipalName,
      String purpose,
      Bytes certificate,
      String pfxSha256,
      String importKeySha256,
      Bytes encryptedKey,
      Bytes sealedPfx,
      Bytes sealedPassword,
      boolean replace) {}

  static Upload seal(Look.Good good, String user, ServiceKey key, boolean replace) {
    ImportBinding binding =
        ImportBinding.of(
            key.tenant(),
            UserIds.of(key.tenant(), user),
            good.leaf().sha1(),
            good.purpose(),
            good.file());
    SealedImport sealed = SealedImport.seal(key.spki(), binding, good.file(), good.password());
    return new Upload(
        user,
        good.purpose(),
        Bytes.of(good.leaf().der()),
        binding.pfxSha256(),
        sealed.keySha256(),
        Bytes.of(sealed.encryptedKey()),
        Bytes.of(sealed.pfx()),
        Bytes.of(sealed.password()),
        replace);
  }
}
