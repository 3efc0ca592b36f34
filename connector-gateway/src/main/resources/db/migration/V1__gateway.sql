-- One row per command to a CA. Kafka only inserts; order, urgency, fairness and fencing come from here.
create table ca_command (
  kind text not null,
  -- SUBMIT: the request; REVOKE: the revocation; QUERY: the event
  id uuid not null,
  request_id uuid not null,
  ca_id text not null,
  tenant text not null,
  payload bytea not null,
  payload_sha256 text not null,
  priority int not null,
  deadline timestamptz not null,
  -- made by this service itself (an extra certificate is taken back); its result stays here
  internal boolean not null default false,
  correlation_id text not null,
  causation_id text,
  traceparent text,
  received_at timestamptz not null default now(),
  state text not null default 'READY',
  action text not null,
  lease_owner text,
  lease_until timestamptz,
  lease_epoch bigint not null default 0,
  next_attempt_at timestamptz,
  attempts int not null default 0,
  failures int not null default 0,
  wrong_answers int not null default 0,
  ca_request_id text,
  unknown_since timestamptz,
  pending_since timestamptz,
  -- absence at the CA proves nothing before this
  absence_counts_from timestamptz,
  may_duplicate boolean not null default false,
  claimed_at timestamptz,
  finished_at timestamptz,
  result_type text,
  result bytea,
  primary key (kind, id),
  constraint ca_command_kind check (kind in ('SUBMIT', 'QUERY', 'REVOKE')),
  constraint ca_command_state check (state in ('READY', 'CLAIMED', 'SUBMITTING', 'WAITING', 'DONE')),
  constraint ca_command_action check (action in ('SUBMIT', 'RECONCILE', 'POLL', 'QUERY', 'REVOKE')),
  constraint ca_command_leased check ((state in ('CLAIMED', 'SUBMITTING')) = (lease_until is not null)),
  constraint ca_command_waits check ((state = 'WAITING') = (next_attempt_at is not null)),
  constraint ca_command_done check ((state = 'DONE') = (finished_at is not null))
);

create index ca_command_ready on ca_command (ca_id, tenant, priority, deadline) where state = 'READY';
create index ca_command_waiting on ca_command (next_attempt_at) where state = 'WAITING';
create index ca_command_open on ca_command (ca_id) where state <> 'DONE';
create index ca_command_leased on ca_command (lease_until) where state in ('CLAIMED', 'SUBMITTING');

alter table ca_command set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- Every submission to a CA, committed before the call (invariant I5).
create table attempt (
  request_id uuid not null,
  attempt_no int not null,
  ca_id text not null,
  tenant text not null,
  lease_epoch bigint not null,
  lease_owner text not null,
  template text not null,
  csr_sha256 text not null,
  spki_sha256 text not null,
  submitted_at timestamptz not null default now(),
  -- no call begins later than this
  submit_by timestamptz not null,
  outcome text not null default 'submitting',
  outcome_code text,
  outcome_at timestamptz,
  ca_request_id text,
  primary key (request_id, attempt_no),
  constraint attempt_outcome check (outcome in
    ('submitting', 'issued', 'pending', 'denied', 'retryable', 'configuration', 'unknown', 'not-sent', 'adopted', 'absent'))
);

-- Answers that came too late, for nobody, or of the wrong key. Nothing is thrown away.
create table attempt_evidence (
  id bigint generated always as identity primary key,
  request_id uuid not null,
  attempt_no int not null,
  lease_epoch bigint not null,
  received_at timestamptz not null default now(),
  outcome text not null,
  outcome_code text,
  ca_request_id text,
  certificate bytea,
  consequence text not null
);

create index attempt_evidence_request on attempt_evidence (request_id);

-- A natural key has one key pair and one request; a key pair has one natural key.
create table natural_key_use (
  tenant text not null,
  device_id text not null,
  subject text not null,
  profile_id uuid not null,
  item text not null,
  generation int not null,
  spki_sha256 text not null,
  request_id uuid not null,
  first_submitted_at timestamptz not null default now(),
  primary key (tenant, device_id, subject, profile_id, item, generation),
  constraint natural_key_use_spki unique (spki_sha256)
);

-- Every certificate that a CA is known to have issued to us.
create table certificate (
  issuer text not null,
  serial text not null,
  request_id uuid not null,
  attempt_no int not null,
  ca_id text not null,
  tenant text not null,
  ca_request_id text,
  subject text not null,
  spki_sha256 text not null,
  sha256 text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  certificate bytea not null,
  role text not null,
  adopted boolean not null,
  recorded_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (issuer, serial),
  constraint certificate_role check (role in ('kept', 'extra'))
);

create unique index certificate_slot on certificate (request_id) where role = 'kept';
create index certificate_ca on certificate (ca_id, recorded_at);

create table connector (
  tenant text not null,
  connector_id text not null,
  state text not null,
  session uuid,
  version text not null,
  roles text not null,
  cas text not null,
  registered_at timestamptz not null,
  last_heartbeat_at timestamptz not null,
  primary key (tenant, connector_id),
  constraint connector_state check (state in ('active', 'inactive', 'retired'))
);

create index connector_active on connector (tenant) where state = 'active';

create table ca_probe (
  ca_id text not null,
  connector_id text not null,
  probed_at timestamptz not null,
  reachable boolean not null,
  findings text not null,
  primary key (ca_id, connector_id)
);
