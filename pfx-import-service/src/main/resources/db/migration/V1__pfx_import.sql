-- Users' imported PFX files, sealed whole; the keys they are sealed to; and their deliveries to devices.

-- The public half of each import key; the private half is in the key store under the row's id.
create table import_key (
  id uuid primary key,
  tenant text not null,
  provider_name text not null,
  key_name text not null,
  version int not null check (version > 0),
  bits int not null,
  spki bytea not null,
  spki_sha256 text not null,
  -- current seals; an older one only opens, until nothing is sealed to it; a retired one is destroyed
  state text not null check (state in ('current', 'older', 'retired')),
  created_at timestamptz not null,
  retired_at timestamptz,
  constraint import_key_version unique (tenant, provider_name, key_name, version),
  constraint import_key_spki unique (spki_sha256)
);

create unique index import_key_current on import_key (tenant, provider_name, key_name) where state = 'current';

create table imported (
  import_id uuid primary key,
  tenant text not null,
  -- UUIDv5 of tenant and lower-case user principal name
  user_id uuid not null,
  user_principal_name text not null,
  -- as it was written
  shown_principal_name text not null,
  -- upper-case hex SHA-1 of the certificate
  thumbprint text not null,
  -- lower-case hex; null until the file was opened once, unless the importer showed the certificate
  sha256 text,
  purpose text not null check (purpose in ('unassigned', 'smimeEncryption', 'smimeSigning', 'vpn', 'wifi')),
  not_before timestamptz not null,
  not_after timestamptz not null,
  provider_name text not null,
  key_name text not null,
  padding_scheme text not null,
  key_algorithm text,
  source text not null check (source in ('graph', 'native')),
  state text not null check (state in ('available', 'failed', 'deleted')),
  reason text,
  detail text,
  version int not null check (version > 0),
  -- what the sealed parts are bound to, and the parts; null once deleted
  pfx_sha256 text,
  import_key_sha256 text references import_key (spki_sha256),
  encrypted_key bytea,
  sealed_pfx bytea,
  sealed_password bytea,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  opened_at timestamptz,
  constraint imported_once unique (tenant, user_id, thumbprint),
  constraint imported_destroyed check (
    num_nulls(pfx_sha256, import_key_sha256, encrypted_key, sealed_pfx, sealed_password)
      = case when state = 'deleted' then 5 else 0 end)
);

create index imported_user on imported (tenant, user_principal_name, import_id) where state <> 'deleted';
create index imported_listed on imported (tenant, import_id) where state <> 'deleted';
create index imported_purpose on imported (tenant, user_id, purpose, not_after) where state = 'available';
create index imported_expiry on imported (not_after) where state = 'available';
create index imported_sealed_to on imported (import_key_sha256, import_id) where import_key_sha256 is not null;

-- One row per natural key: an import on its way to one device.
create table delivery (
  request_id uuid primary key,
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null,
  import_id uuid not null,
  -- the import's version that failed, or that was packaged
  import_version int,
  grant_jws text not null,
  device_certificate bytea not null,
  device_key_sha256 text not null,
  state text not null check (state in ('WAITING', 'PACKAGED', 'HANDED_OVER', 'FAILED')),
  reason text,
  detail text,
  failed_at timestamptz,
  package_id uuid,
  -- the body for issuance-service, everything secret in it sealed to the device; its bytes never change
  package_body bytea,
  packaged_at timestamptz,
  handed_over_at timestamptz,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  -- due from then on; infinity when nothing but a new command can move it
  next_attempt_at timestamptz not null,
  -- claims without any outcome since the last one
  tries int not null default 0,
  -- outcomes in a row that asked to be tried later
  waits int not null default 0,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  accepted_at timestamptz not null default now(),
  constraint delivery_natural_key unique (tenant, device_id, subject, profile_id, item, generation)
);

create index delivery_due on delivery (next_attempt_at) where state in ('WAITING', 'PACKAGED');
create index delivery_import on delivery (import_id);
create index delivery_kept on delivery (handed_over_at) where state = 'HANDED_OVER' and package_body is not null;

alter table delivery set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
