-- Events to publish. A row is inserted in the transaction of its cause and deleted once the broker has it.
create table outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  event_type text not null,
  topic text not null,
  record_key text,
  -- JSON object: header name to text, or to {"base64": "…"} where the value is no UTF-8
  headers text not null,
  payload bytea,
  created_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0,
  parked_at timestamptz,
  parked_reason text
);

-- The claim repeats this predicate, else each claim sorts the whole table.
create index outbox_unsent on outbox (id) where parked_at is null;

-- Rows come and go quickly: let vacuum follow.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
