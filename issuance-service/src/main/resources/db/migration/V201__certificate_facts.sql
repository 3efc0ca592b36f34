-- What is known of a request's certificate, whoever issued it: an import's comes with its package.
create view certificate_facts as
  select request_id, ca_id, issuer, serial, subject, not_before, not_after, sha256, spki_sha256, revoked_at
  from certificate
  union all
  select request_id, 'imported', issuer, serial, certificate_subject, not_before, not_after, certificate_sha256,
    spki_sha256, null
  from imported_delivery;
