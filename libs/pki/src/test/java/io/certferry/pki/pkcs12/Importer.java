package io.certferry.pki.pkcs12;

import io.certferry.pki.pkcs12.OpenedPkcs12.Encryption;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Executable models of what the importers of operating systems accept, as far as it is documented
 * or was read in their sources: each answers why it would refuse a file, or nothing.
 */
enum Importer {
  /** iOS up to 17, macOS up to 14: the old PBE schemes and a SHA-1 MAC, one scheme for all. */
  APPLE_OLD {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return appleBasics(file).or(() -> oldOnly(file));
    }
  },
  /**
   * iOS from 18: PBES2 is always read as PBKDF2-HMAC-SHA256 with AES-256-CBC, whatever stands in
   * it; any classic MAC; passwords are not this model's matter.
   */
  APPLE_18 {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return appleBasics(file)
          .or(() -> require(CLASSIC_MACS.contains(macDigest(file)), "MAC digest is unknown"))
          .or(() -> each(file, Importer::decrypts, "a bag decrypts to garbage"));
    }
  },
  /** Android up to 13: no PBKDF2 by its OID. */
  ANDROID_OLD {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return oldOnly(file);
    }
  },
  /** Android from 14: both, but not mixed in one file. */
  ANDROID_14 {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return require(unmixed(file), "mixes old and new encryption")
          .or(() -> require(file.mac().isPresent(), "no MAC"));
    }
  },
  /** Windows before 1709, Server 2016. */
  WIN_2016 {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return oldOnly(file);
    }
  },
  /** Windows from 1709: AES-256 under PBKDF2 with SHA-256; a MAC of SHA-1 or SHA-256. */
  WIN_1709 {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return require(Set.of(SHA1, SHA256).contains(macDigest(file)), "MAC digest is unknown")
          .or(() -> each(file, e -> !e.isPbes2() || isModern(e), "PBES2 of another kind"));
    }
  },
  /** .NET's X509CertificateLoader with its default limits. */
  DOTNET_LOADER {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return require(withinDotnetLimits(file), "iteration limits")
          .or(() -> require(file.bagTypes().size() <= 200, "too many bags"));
    }
  },
  /** OpenSSL 3 without its legacy provider: no RC2, no RC4. */
  OPENSSL3_NOLEGACY {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return each(
          file, e -> e.isPbes2() || e.scheme().equals(TRIPLE_DES), "needs the legacy provider");
    }
  },
  /** Java 17: at most five million iterations, classic MACs, PBKDF2 only. */
  JAVA_17 {
    @Override
    Optional<String> refusal(OpenedPkcs12 file) {
      return each(
              file,
              e -> e.iterations().compareTo(BigInteger.valueOf(5_000_000)) <= 0,
              "iteration limit")
          .or(() -> require(CLASSIC_MACS.contains(macDigest(file)), "MAC digest is unknown"));
    }
  };

  static final String SHA1 = "1.3.14.3.2.26";
  static final String SHA256 = "2.16.840.1.101.3.4.2.1";
  static final String TRIPLE_DES = "1.2.840.113549.1.12.1.3";

  private static final String PKCS12_PBE = "1.2.840.113549.1.12.1.";
  private static final String AES256 = "2.16.840.1.101.3.4.1.42";
  private static final String HMAC_SHA256 = "1.2.840.113549.2.9";
  private static final String DATA = "1.2.840.113549.1.7.1";
  private static final Set<String> CLASSIC_MACS =
      Set.of(
          SHA1,
          SHA256,
          "2.16.840.1.101.3.4.2.2",
          "2.16.840.1.101.3.4.2.3",
          "2.16.840.1.101.3.4.2.4");
  private static final Set<String> KNOWN_KEYS = Set.of("1.2.840.113549.1.1.1", "1.2.840.10045.2.1");
  private static final Set<String> KNOWN_BAGS =
      Set.of("1.2.840.113549.1.12.10.1.2", "1.2.840.113549.1.12.10.1.3");

  /** Why a file is refused; empty when it is accepted. */
  abstract Optional<String> refusal(OpenedPkcs12 file);

  private static boolean decrypts(Encryption encryption) {
    return encryption.isPbes2() ? isModern(encryption) : encryption.scheme().startsWith(PKCS12_PBE);
  }

  private static boolean isModern(Encryption encryption) {
    return encryption.cipher().equals(AES256) && encryption.prf().equals(HMAC_SHA256);
  }

  private static Optional<String> appleBasics(OpenedPkcs12 file) {
    return require(file.topLevel().equals(DATA), "no password integrity")
        .or(() -> require(file.mac().isPresent(), "no MAC"))
        .or(() -> require(KNOWN_KEYS.containsAll(file.keyAlgorithms()), "key is not RSA or EC"))
        .or(() -> require(file.keyAlgorithms().size() == 1, "not exactly one identity"))
        .or(() -> require(KNOWN_BAGS.containsAll(file.bagTypes()), "unknown bag"));
  }

  private static Optional<String> oldOnly(OpenedPkcs12 file) {
    return each(file, e -> e.scheme().startsWith(PKCS12_PBE), "PBES2 is unknown")
        .or(() -> require(SHA1.equals(macDigest(file)), "MAC is not SHA-1"));
  }

  private static boolean unmixed(OpenedPkcs12 file) {
    List<Boolean> kinds = file.encryptions().stream().map(Encryption::isPbes2).distinct().toList();
    return kinds.size() == 1 && kinds.get(0) == !SHA1.equals(macDigest(file));
  }

  private static boolean withinDotnetLimits(OpenedPkcs12 file) {
    BigInteger each = BigInteger.valueOf(300_000);
    BigInteger mac = file.mac().map(OpenedPkcs12.MacFacts::iterations).orElse(BigInteger.ZERO);
    BigInteger total =
        file.encryptions().stream().map(Encryption::iterations).reduce(mac, BigInteger::add);
    return mac.compareTo(each) <= 0
        && file.encryptions().stream().allMatch(e -> e.iterations().compareTo(each) <= 0)
        && total.compareTo(BigInteger.valueOf(1_000_000)) <= 0;
  }

  private static String macDigest(OpenedPkcs12 file) {
    return file.mac().map(OpenedPkcs12.MacFacts::digest).orElse("none");
  }

  private static Optional<String> each(
      OpenedPkcs12 file, Predicate<Encryption> holds, String otherwise) {
    return require(file.encryptions().stream().allMatch(holds), otherwise);
  }

  private static Optional<String> require(boolean holds, String otherwise) {
    return holds ? Optional.empty() : Optional.of(otherwise);
  }
}
