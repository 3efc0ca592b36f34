package io.certferry.issuance.request;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** The certificate of a request, issued or imported, for people to look at: facts, no bytes. */
@Entity
@Immutable
@NullUnmarked
@Table(name = "certificate_facts")
class CertificateEntity {

  @Id
  @Column(name = "request_id")
  UUID requestId;

  @Column(name = "ca_id")
  String caId;

  @Column String issuer;
  @Column String serial;
  @Column String subject;

  @Column(name = "not_before")
  Instant notBefore;

  @Column(name = "not_after")
  Instant notAfter;

  @Column String sha256;

  @Column(name = "spki_sha256")
  String spkiSha256;

  @Column(name = "revoked_at")
  Instant revokedAt;
}
