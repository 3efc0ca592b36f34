-- What each device should have, and what became of it. Text columns named settings, body and templates hold JSON.

-- Grows with every change of a profile or an assignment; a device evaluated at the current revision needs no second look.
create table catalogue_revision (
  tenant text primary key,
  revision bigint not null
);

create table profile (
  id uuid primary key,
  tenant text not null,
  kind text not null,
  display_name text not null,
  version int not null,
  state text not null check (state in ('active', 'deleted')),
  settings text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create index profile_tenant on profile (tenant, id);

create table profile_version (
  profile_id uuid not null references profile (id),
  version int not null,
  tenant text not null,
  state text not null,
  settings text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (profile_id, version)
);

create table assignment (
  profile_id uuid not null references profile (id),
  mode text not null check (mode in ('include', 'exclude')),
  position int not null,
  tenant text not null,
  target text not null check (target in ('group', 'user', 'device', 'all')),
  value text not null,
  primary key (profile_id, mode, position)
);

-- The CAs and templates as each connector reports them.
create table ca_directory (
  tenant text not null,
  ca_id text not null,
  connector_id text not null,
  driver text not null,
  reachable boolean not null,
  can_revoke boolean not null,
  can_search boolean not null,
  chain bytea[] not null,
  templates text not null,
  last_error text,
  reported_at timestamptz not null,
  primary key (tenant, ca_id, connector_id)
);

create table connector (
  tenant text not null,
  connector_id text not null,
  state text not null,
  version text not null,
  roles text[] not null,
  reported_at timestamptz not null,
  primary key (tenant, connector_id)
);

-- One narrow row per device: all that a check-in which needs nothing has to read. What the device said is in device_report.
create table device (
  tenant text not null,
  device_id text not null,
  row_version bigint not null,
  state text not null check (state in ('active', 'unenrolled', 'retired', 'wiped', 'lost')),
  enrolment_id text,
  fingerprint bytea,
  evaluated_revision bigint not null,
  -- the same report at the same revision gives the same result until then
  reevaluate_at timestamptz not null,
  pinned_key_sha256 text,
  -- first report of the device as it is enrolled now
  born_at timestamptz,
  occurred_at timestamptz not null,
  last_seen_at timestamptz,
  primary key (tenant, device_id)
) with (fillfactor = 70);

create table device_report (
  tenant text not null,
  device_id text not null,
  user_id text,
  platform text not null,
  os_version text,
  device_key_sha256 text not null,
  certificate_not_after timestamptz not null,
  body text not null,
  reported_at timestamptz not null,
  primary key (tenant, device_id)
);

create index device_report_user on device_report (tenant, user_id) where user_id is not null;

-- One row per natural key: the decision, the signed grant, and what issuance-service says of it.
create table enrolment (
  request_id uuid primary key,
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null references profile (id),
  item text not null,
  generation int not null check (generation > 0),
  -- the newest generation of its enrolment
  newest boolean not null default true,
  kind text not null,
  profile_version int not null,
  content_sha256 text not null,
  renewal boolean not null,
  -- how much of the lifetime is left when renewal begins
  renewal_percent int,
  grant_jws text not null,
  grant_expires_at timestamptz not null,
  device_key_sha256 text not null,
  device_certificate bytea not null,
  correlation_id text not null,
  -- when the device reported what it was granted for
  reported_at timestamptz not null,
  state text not null,
  state_version int not null default 0,
  state_at timestamptz not null,
  reason text,
  detail text,
  ca_id text,
  issuer text,
  serial text,
  certificate_subject text,
  not_before timestamptz,
  not_after timestamptz,
  certificate_sha256 text,
  subject_key_sha256 text,
  package_id uuid,
  package_sha256 text,
  package_created_at timestamptz,
  package_withdrawn boolean not null default false,
  -- the device, its user or its MDM enrolment left; nothing is asked for any more
  ended_at timestamptz,
  ended_reason text,
  -- when the command is sent again unless progress comes first; null when nothing is awaited
  resend_at timestamptz,
  resends int not null default 0,
  created_at timestamptz not null,
  constraint enrolment_natural_key unique (tenant, device_id, subject, profile_id, item, generation)
);

create index enrolment_resend on enrolment (resend_at) where resend_at is not null;
create index enrolment_profile on enrolment (profile_id, device_id, subject) where newest;
create index enrolment_package on enrolment (package_id) where package_id is not null;

-- The way of one certificate, for people; one row per step.
create table enrolment_step (
  request_id uuid not null references enrolment (request_id),
  -- makes a repeated message one step
  step_key text not null,
  at timestamptz not null,
  step text not null,
  reason text,
  detail text,
  primary key (request_id, step_key)
);

-- Why a device that a profile is assigned to gets nothing.
create table unsuitable (
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null references profile (id),
  profile_version int not null,
  state text not null check (state in ('not-applicable', 'error')),
  rule text not null,
  message text not null,
  at timestamptz not null,
  primary key (tenant, device_id, profile_id, subject)
);

create index unsuitable_profile on unsuitable (profile_id, device_id, subject);

-- What a device said of a package; installed beats failed.
create table package_report (
  tenant text not null,
  package_id uuid not null,
  device_id text not null,
  outcome text not null check (outcome in ('installed', 'failed', 'removed')),
  detail text,
  occurred_at timestamptz not null,
  primary key (tenant, package_id)
);
