-- What must be taken back, why, and how far it has come. Text columns named rules and evidence hold JSON.

-- Profiles as profile-service tells of them: kind, whether they still exist, and their own rules.
create table profile (
  tenant text not null,
  profile_id uuid not null,
  version int not null,
  kind text not null,
  state text not null,
  rules text not null,
  changed_at timestamptz not null,
  primary key (tenant, profile_id)
);

-- One row per natural key, as issuance-service reports it.
create table request (
  request_id uuid primary key,
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null,
  platform text,
  state text not null,
  state_version int not null,
  state_at timestamptz not null,
  -- when profile-service decided it: the time inside the request id
  created_at timestamptz not null,
  -- what was decided about it, the strongest decision so far
  ended_trigger text,
  ended_action text,
  ended_at timestamptz,
  -- ends once a newer generation is installed, for this trigger
  expected_trigger text,
  expected_at timestamptz,
  replaced_at timestamptz,
  -- when the deletion of its profile was seen to
  swept_at timestamptz,
  constraint request_natural_key unique (tenant, device_id, subject, profile_id, item, generation)
);

create index request_subject on request (tenant, subject) where subject <> '-';
create index request_profile on request (tenant, profile_id);
create index request_unswept on request (tenant, profile_id) where swept_at is null;

-- Every certificate ever reported, also a second one of the same request.
create table certificate (
  -- the issuer's name in comparable form
  issuer_key text not null,
  -- lower-case hex, whole octets
  serial text not null,
  request_id uuid not null,
  tenant text not null,
  ca_id text not null,
  issuer text not null,
  subject text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  sha256 text not null,
  spki_sha256 text not null,
  primary key (issuer_key, serial)
);

create index certificate_request on certificate (request_id);
create index certificate_ca on certificate (tenant, ca_id, not_before);

-- A device or its user left: ends requests that we hear of only later, too.
create table ending (
  event_id uuid primary key,
  tenant text not null,
  device_id text not null,
  -- one request alone, when profile-service ended it
  request_id uuid,
  -- else null: everything of the device; '*': all its users; or this user
  subject text,
  trigger text not null,
  effective_at timestamptz not null,
  occurred_at timestamptz not null
);

create index ending_device on ending (tenant, device_id);

create table revocation (
  id uuid primary key,
  tenant text not null,
  request_id uuid not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null,
  ca_id text,
  issuer text,
  issuer_key text,
  serial text,
  not_after timestamptz,
  trigger text not null,
  reason text not null,
  -- 0 compromise, 1 lifecycle, 2 superseded
  priority smallint not null check (priority in (0, 1, 2)),
  action text not null check (action in ('revoke', 'remove')),
  remove_from_device boolean not null,
  channel text check (channel in ('connector', 'partner')),
  state text not null
    check (state in ('ordered', 'barred', 'submitted', 'accepted', 'listed', 'waiting', 'failed', 'closed')),
  state_reason text,
  state_detail text,
  version int not null default 0,
  event_at timestamptz not null,
  ordered_at timestamptz not null,
  barrier_at timestamptz,
  submitted_at timestamptz,
  accepted_at timestamptz,
  listed_at timestamptz,
  ended_at timestamptz,
  already boolean,
  evidence text,
  ordered_by text not null,
  comment text,
  plan_id uuid,
  correlation_id text not null,
  -- the order is announced again until the barrier is reported
  barrier_due timestamptz,
  barrier_sends int not null default 0,
  -- the command is sent (again) then
  next_attempt_at timestamptz,
  attempts int not null default 0,
  -- the CA's list is looked at then
  verify_at timestamptz,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  -- what the CA is asked under; a new one after a refusal, since connectors answer a known one as before
  command_id uuid not null
);

create unique index revocation_command on revocation (command_id);
create unique index revocation_certificate on revocation (issuer_key, serial) where serial is not null and action = 'revoke';
create unique index revocation_awaited on revocation (request_id, action) where serial is null;
create index revocation_request on revocation (request_id);
create index revocation_device on revocation (tenant, device_id);
create index revocation_plan on revocation (plan_id, id) where plan_id is not null;
create index revocation_due on revocation (ca_id, channel, priority, next_attempt_at) where next_attempt_at is not null;
create index revocation_in_flight on revocation (ca_id) where state = 'submitted';
create index revocation_verify on revocation (ca_id, verify_at) where verify_at is not null;
create index revocation_barrier on revocation (barrier_due) where barrier_due is not null;
create index revocation_open on revocation (state, ordered_at) where state not in ('listed', 'closed');
create index revocation_listing on revocation (tenant, ordered_at desc, id desc);

alter table revocation set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- How many commands a CA may get now; the row's lock makes several instances share it.
create table ca_pace (
  ca_id text primary key,
  allowance double precision not null,
  refilled_at timestamptz not null default now()
);

-- What was last seen of a CA's list of revoked certificates.
create table ca_status (
  ca_id text primary key,
  checked_at timestamptz,
  fetched_at timestamptz,
  source text,
  crl_number numeric,
  this_update timestamptz,
  next_update timestamptz,
  entries int,
  -- since when and why no list could be trusted; null while all is well
  problem text,
  problem_detail text,
  problem_since timestamptz,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0
);

-- Users of the directories that are watched; state of the account, and the names that certificates may carry.
create table directory_user (
  tenant text not null,
  entry_id text not null,
  subject text not null,
  dn text not null,
  state text not null check (state in ('active', 'disabled', 'deleted')),
  names text not null,
  groups text[] not null default '{}',
  seen_run bigint not null,
  changed_at timestamptz not null,
  primary key (tenant, entry_id)
);

create index directory_user_subject on directory_user (tenant, subject);

create table directory_feed (
  tenant text primary key,
  -- uSNChanged counts per domain controller: another controller means starting over
  server text,
  highest_usn bigint not null default 0,
  run bigint not null default 0,
  full_sync_at timestamptz,
  read_at timestamptz,
  problem text,
  problem_detail text,
  problem_since timestamptz,
  -- users that a full read did not find, held back because there were too many
  held_back int not null default 0,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0
);

-- A mass revocation: what it selects is frozen when it is drawn up, and ordered only after its confirmation.
create table plan (
  id uuid primary key,
  tenant text not null,
  state text not null check (state in ('draft', 'running', 'paused', 'aborted', 'done')),
  query text not null,
  everything boolean not null,
  trigger text not null,
  reason text,
  comment text,
  item_count int not null,
  confirmation text not null,
  per_second double precision not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  ended_at timestamptz,
  next_position int not null default 1,
  allowance double precision not null default 0,
  refilled_at timestamptz not null default now()
);

create index plan_running on plan (id) where state = 'running';
create index plan_tenant on plan (tenant, created_at desc, id desc);

create table plan_item (
  plan_id uuid not null references plan (id),
  position int not null,
  request_id uuid not null,
  issuer text not null,
  issuer_key text not null,
  serial text not null,
  ca_id text not null,
  subject text not null,
  device_id text not null,
  not_after timestamptz not null,
  primary key (plan_id, position)
);
