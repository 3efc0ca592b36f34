-- One row per natural key: where a request is and who has to act next. Narrow, because it is rewritten at each step;
-- what is written once (grants, keys, certificates, packages) lives in tables of its own.
create table request (
  request_id uuid primary key,
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null check (generation > 0),
  kind text not null check (kind in ('pkcs', 'trusted-root')),
  -- an io.certferry.contracts.event.RequestState
  state text not null,
  state_since timestamptz not null default now(),
  version int not null default 1,
  reason text,
  detail text,
  ca_id text,
  platform text,
  -- newest attempt of the connector that a result told of
  attempt int not null default 0,
  -- who acts next: KEY, PACKAGE, WATCH or DESTROY; null waits for somebody else
  stage text,
  next_attempt_at timestamptz not null default now(),
  tries int not null default 0,
  -- past it the request is stuck: a query and a metric
  deadline timestamptz,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  accepted_at timestamptz not null default now(),
  keyed_at timestamptz,
  submitted_at timestamptz,
  answered_at timestamptz,
  offered_at timestamptz,
  installed_at timestamptz,
  destroyed_at timestamptz,
  constraint request_natural_key unique (tenant, device_id, subject, profile_id, item, generation)
);

-- The claims of all stages: each says "stage = $1", which implies this predicate.
create index request_due on request (stage, next_attempt_at) where stage is not null;

-- What is under way, for the gauges and the stuck query.
create index request_open on request (state, state_since)
  where state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA', 'ISSUED', 'OFFERED');

alter table request set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- The signed decisions. The delivery grant is a newer one for the same certificate and another device key.
create table request_grant (
  request_id uuid primary key references request,
  grant_jws text not null,
  device_certificate bytea not null,
  delivery_grant_jws text,
  delivery_certificate bytea,
  check (num_nulls(delivery_grant_jws, delivery_certificate) in (0, 2))
);

-- The key pair, committed before any CA hears of it. The wrapped key is set to null when it is destroyed.
create table request_key (
  request_id uuid primary key references request,
  day_key text not null,
  wrapped bytea,
  spki bytea not null,
  spki_sha256 text not null,
  csr bytea not null
);

-- One key for one request: a pool key used twice is refused here at the latest.
create unique index request_key_spki on request_key (spki_sha256);

create index request_key_day on request_key (day_key) where wrapped is not null;

-- Keys made in idle time, each used once: deleted in the transaction that commits the request's key.
create table key_pool (
  id uuid primary key,
  spec text not null,
  day_key text not null,
  wrapped bytea not null,
  spki bytea not null,
  created_at timestamptz not null default now(),
  reserved_until timestamptz not null default now()
);

create index key_pool_spec on key_pool (spec, created_at);

-- Chains come with every certificate and are few.
create table ca_chain (
  sha256 text primary key,
  certificates bytea[] not null
);

-- The root that a CA's certificates were first seen under, where no file names it.
create table ca_pin (
  ca_id text primary key,
  root_sha256 text not null,
  root bytea not null,
  pinned_at timestamptz not null default now()
);

-- Evidence: every certificate that a result brought, whatever became of it. No foreign key: an unknown request's is kept too.
create table issued (
  request_id uuid not null,
  sha256 text not null,
  ca_id text not null,
  certificate bytea not null,
  chain_sha256 text not null references ca_chain,
  attempt int not null,
  ca_request_id text,
  adopted boolean not null,
  may_duplicate boolean not null,
  received_at timestamptz not null default now(),
  -- CHOSEN is or will be delivered; EXTRA, LATE and QUARANTINED are revoked; ORPHAN belongs to no known request
  verdict text not null check (verdict in ('CHOSEN', 'EXTRA', 'LATE', 'QUARANTINED', 'ORPHAN')),
  revocation_id uuid,
  revocation_reason text,
  revoke_due_at timestamptz,
  revoke_tries int not null default 0,
  revoked_at timestamptz,
  primary key (request_id, sha256)
);

create unique index issued_chosen on issued (request_id) where verdict = 'CHOSEN';
create index issued_revoke_due on issued (revoke_due_at) where revoke_due_at is not null;

-- Facts of the certificates that were believed. A serial twice under one issuer is never believed.
create table certificate (
  issuer text not null,
  serial text not null,
  request_id uuid not null unique references request,
  ca_id text not null,
  sha256 text not null,
  subject text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  spki_sha256 text not null,
  revoked_at timestamptz,
  primary key (issuer, serial)
);

create table package (
  package_id uuid primary key,
  request_id uuid not null references request,
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null,
  kind text not null,
  state text not null check (state in ('OFFERED', 'FAILED', 'INSTALLED', 'WITHDRAWN', 'DESTROYED')),
  device_key_sha256 text not null,
  sha256 text not null,
  size bigint not null,
  forms text[] not null,
  detail text,
  created_at timestamptz not null default now(),
  installed_at timestamptz,
  failed_at timestamptz,
  removed_at timestamptz,
  withdrawn_at timestamptz
);

create index package_device on package (tenant, device_id, created_at);
create index package_request on package (request_id);

create table package_form (
  package_id uuid not null references package,
  form text not null check (form in ('cms', 'mobileconfig', 'syncml', 'json')),
  -- null once destroyed
  content bytea,
  sha256 text not null,
  primary key (package_id, form)
);

-- A device came back with another key: its package is made again if the grant for it holds.
create table redelivery (
  request_id uuid primary key references request,
  grant_jws text not null,
  device_certificate bytea not null,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  next_attempt_at timestamptz not null default now(),
  tries int not null default 0
);
