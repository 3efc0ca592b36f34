-- A token lets one connector of one tenant enrol once, with one key. Only its hash is here.
create table enrolment_token (
  secret_sha256 text primary key,
  tenant text not null,
  connector_id text not null,
  spki_sha256 text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Every identity that the registrar gave.
create table connector_identity (
  serial text primary key,
  tenant text not null,
  connector_id text not null,
  spki_sha256 text not null,
  occasion text not null,
  not_after timestamptz not null,
  issued_at timestamptz not null default now(),
  constraint connector_identity_occasion check (occasion in ('enrolment', 'renewal'))
);

alter table connector
  add column fips boolean not null default false,
  add column tls_versions text not null default '',
  add column last_error text;
