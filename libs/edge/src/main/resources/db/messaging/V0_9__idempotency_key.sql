-- The answers to calls with an Idempotency-Key, written in the transaction of their effect.
create table idempotency_key (
  tenant text not null,
  key text not null,
  operation text not null,
  body_sha256 text not null,
  status int,
  location text,
  response text,
  created_at timestamptz not null default now(),
  primary key (tenant, operation, key)
);

create index idempotency_key_created_at on idempotency_key (created_at);
