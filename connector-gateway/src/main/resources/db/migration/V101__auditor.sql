-- Comparisons of what a CA lists with our ledger, on demand and by schedule.
create table ca_audit (
  id uuid primary key,
  ca_id text not null,
  occasion text not null,
  requested_by text not null,
  covers_from timestamptz not null,
  covers_until timestamptz not null,
  state text not null default 'waiting',
  -- how far it came
  reached timestamptz not null,
  listed bigint not null default 0,
  failure text,
  requested_at timestamptz not null default now(),
  touched_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint ca_audit_occasion check (occasion in ('scheduled', 'on-demand')),
  constraint ca_audit_state check (state in ('waiting', 'running', 'done', 'failed')),
  constraint ca_audit_finished check ((state in ('done', 'failed')) = (finished_at is not null))
);

create index ca_audit_open on ca_audit (ca_id) where state in ('waiting', 'running');
create index ca_audit_ca on ca_audit (ca_id, requested_at desc);

create table ca_audit_finding (
  audit_id uuid not null references ca_audit on delete cascade,
  kind text not null,
  issuer text not null,
  serial text not null,
  -- null: nobody's that we know
  tenant text,
  request_id uuid,
  consequence text not null,
  primary key (audit_id, kind, issuer, serial)
);
