package io.certferry.pki.pkcs12;

import io.certferry.pki.PkiException;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening.Opened;
import io.certferry.pki.pkcs12.Pkcs12Opening.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;

/**
 * Opens PKCS#12 files that others made: DER or BER, PBES2 or the old schemes, classic MAC or
 * PBMAC1, one identity in it. Size, depth and count are limited before anything is parsed,
 * iterations before anything is derived. It never throws for what a file contains: a refusal is a
 * value.
 */
public final class Pkcs12Reader {
  /** Largest file in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final BerLimits LIMITS = new BerLimits(32, MAX_BYTES, 16_384);
  private static final int MAX_PASSWORD = 1024;

  private Pkcs12Reader() {}

  /**
   * What can be said without the password: structure, limits, algorithms and work of the outer
   * layers. Nothing is derived.
   *
   * @return the refusal; empty if the file may open
   */
  public static Optional<Refused> inspect(byte[] pfx) {
    return guarded(
        () -> {
          outer(pfx, new WorkBudget());
          return Optional.empty();
        },
        Optional::of);
  }

  /**
   * Opens a file.
   *
   * @param pfx at most {@link #MAX_BYTES}; not changed
   * @param password one byte per character (ISO 8859-1), may be empty; stays open
   */
  public static Pkcs12Opening open(byte[] pfx, SecretBytes password) {
    return guarded(() -> opened(pfx, password), refused -> refused);
  }

  /**
   * A password as {@link #open} takes it.
   *
   * @return empty if a character is not in ISO 8859-1, or is a control character
   */
  public static Optional<SecretBytes> password(char[] characters) {
    byte[] bytes = new byte[characters.length];
    for (int i = 0; i < bytes.length; i++) {
      if (characters[i] > 0xff || Character.isISOControl(characters[i])) {
        Arrays.fill(bytes, (byte) 0);
        return Optional.empty();
      }
      bytes[i] = (byte) characters[i];
    }
    return Optional.of(SecretBytes.owning(bytes));
  }

  private static <T> T guarded(
      Supplier<T> work, java.util.function.Function<Refused, ? extends T> refusal) {
    try {
      return work.get();
    } catch (RefusedFileException e) {
      return refusal.apply(e.refusal());
    } catch (RuntimeException e) {
      return refusal.apply(
          new Refused(Pkcs12Refusal.NOT_A_PFX, "not a PFX: its structure is broken"));
    }
  }

  /** Applies the limits; throws what the door understands. */
  static void limits(byte[] ber) {
    try {
      LIMITS.check(ber);
    } catch (PkiException e) {
      boolean tooLarge = e.reason() == PkiException.Reason.LIMIT;
      throw tooLarge
          ? new RefusedFileException(Pkcs12Refusal.TOO_LARGE, String.valueOf(e.getMessage()))
          : e;
    }
  }

  /** A file's outer layers: its MAC and its safes, each with what opens it. */
  private record Outer(ForeignMac mac, byte[] content, List<Safe> safes, WorkBudget budget) {}

  /** One safe; no cipher where it lies in clear. */
  private record Safe(Optional<ForeignCipher> cipher, byte[] octets) {}

  private static Outer outer(byte[] file, WorkBudget budget) {
    limits(file);
    Pfx pfx = Pfx.getInstance(file);
    if (!pfx.getAuthSafe().getContentType().equals(PKCSObjectIdentifiers.data)) {
      throw new RefusedFileException(
          Pkcs12Refusal.NOT_A_PFX, "a PFX that is signed instead of having a password");
    }
    if (pfx.getMacData() == null) {
      throw new RefusedFileException(
          Pkcs12Refusal.NO_MAC, "it has no MAC: export it with password integrity");
    }
    byte[] content = ASN1OctetString.getInstance(pfx.getAuthSafe().getContent()).getOctets();
    ForeignMac mac = ForeignMac.of(pfx.getMacData(), budget);
    limits(content);
    List<Safe> safes = new java.util.ArrayList<>();
    for (ASN1Encodable element : ASN1Sequence.getInstance(content)) {
      safes.add(safe(ContentInfo.getInstance(element), budget));
    }
    return new Outer(mac, content, safes, budget);
  }

  private static Safe safe(ContentInfo info, WorkBudget budget) {
    if (info.getContentType().equals(PKCSObjectIdentifiers.data)) {
      byte[] octets = ASN1OctetString.getInstance(info.getContent()).getOctets();
      limits(octets);
      return new Safe(Optional.empty(), octets);
    }
    if (info.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
      EncryptedData data = EncryptedData.getInstance(info.getContent());
      ForeignCipher cipher = ForeignCipher.of(data.getEncryptionAlgorithm(), budget);
      return new Safe(Optional.of(cipher), data.getContent().getOctets());
    }
    throw new RefusedFileException(
        Pkcs12Refusal.NOT_A_PFX, "a safe that is protected by a public key");
  }

  private static Opened opened(byte[] pfx, SecretBytes password) {
    if (password.length() > MAX_PASSWORD) {
      throw new RefusedFileException(
          Pkcs12Refusal.TOO_LARGE, "a password of more than " + MAX_PASSWORD + " characters");
    }
    Outer outer = outer(pfx, new WorkBudget());
    try (ForeignPassword encodings = new ForeignPassword(password)) {
      char[] spelling =
          outer.mac().matching(encodings, outer.content()).stream()
              .findFirst()
              .orElseThrow(Pkcs12Reader::wrongPassword);
      return identity(outer, encodings, spelling);
    }
  }

  private static Opened identity(Outer outer, ForeignPassword password, char[] spelling) {
    try (ForeignBags bags = new ForeignBags(password, spelling, outer.budget())) {
      for (Safe safe : outer.safes()) {
        bags.addSafe(contents(safe, password, spelling));
      }
      return bags.identity();
    }
  }

  private static ASN1Sequence contents(Safe safe, ForeignPassword password, char[] spelling) {
    return safe.cipher()
        .map(cipher -> cipher.open(password, spelling, safe.octets(), Pkcs12Reader::sequence))
        .orElseGet(() -> Optional.of(ASN1Sequence.getInstance(safe.octets())))
        .orElseThrow(Pkcs12Reader::wrongPassword);
  }

  private static ASN1Sequence sequence(byte[] plain) {
    limits(plain);
    return ASN1Sequence.getInstance(plain);
  }

  private static RefusedFileException wrongPassword() {
    return new RefusedFileException(
        Pkcs12Refusal.WRONG_PASSWORD, "the password does not open it, or it was damaged");
  }
}
