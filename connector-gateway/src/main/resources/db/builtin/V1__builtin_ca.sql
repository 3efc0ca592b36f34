-- The built-in CA's own records, as a foreign CA would keep them; the gateway's role has no access.
create table builtin_ca.authority (
  ca_id text not null,
  tier text not null,
  subject text not null,
  certificate bytea not null,
  spki_sha256 text not null,
  -- AES-256-GCM under the key file; bound to CA, tier and public key
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  primary key (ca_id, tier),
  constraint authority_tier check (tier in ('root', 'issuing'))
);

-- The request table: a row is committed with its serial and the plan of its certificate before anything is signed.
create table builtin_ca.request (
  id bigint generated always as identity primary key,
  ca_id text not null,
  -- what the requester calls it; not unique, a CA does not know about our retries
  requester_reference text,
  template text not null,
  csr bytea not null,
  spki_sha256 text not null,
  validity_seconds bigint not null,
  status text not null,
  status_detail text,
  submitted_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_by text,
  serial text,
  not_before timestamptz,
  not_after timestamptz,
  -- SHA-256 of everything the certificate will say
  plan_sha256 text,
  -- where the certificate will say that CRL, OCSP and issuer are
  public_url text,
  certificate bytea,
  revoked_at timestamptz,
  revocation_reason text,
  -- first CRL that lists it
  listed_in_crl bigint,
  constraint request_status check (status in ('PENDING', 'PLANNED', 'ISSUED', 'DENIED', 'REVOKED')),
  constraint request_serial unique (ca_id, serial),
  constraint request_planned check (status not in ('PLANNED', 'ISSUED') or
    num_nulls(serial, not_before, not_after, plan_sha256, public_url) = 0),
  constraint request_issued check (status <> 'ISSUED' or certificate is not null),
  constraint request_revoked check ((status = 'REVOKED') = (revoked_at is not null))
);

create index request_reference on builtin_ca.request (ca_id, requester_reference);
create index request_spki on builtin_ca.request (ca_id, spki_sha256);
create index request_pending on builtin_ca.request (ca_id, id) where status = 'PENDING';
create index request_planned_open on builtin_ca.request (ca_id, decided_at) where status = 'PLANNED';
create index request_revoked_live on builtin_ca.request (ca_id, not_after) where status = 'REVOKED';
create index request_unlisted on builtin_ca.request (ca_id) where status = 'REVOKED' and listed_in_crl is null;
create index request_decided on builtin_ca.request (ca_id, decided_at);

create table builtin_ca.crl (
  ca_id text not null,
  tier text not null,
  number bigint not null,
  this_update timestamptz not null,
  next_update timestamptz not null,
  crl bytea not null,
  primary key (ca_id, tier, number)
);
