-- Ids of events whose effect has committed: one row per consumer and event, in the transaction of the effect.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  accepted_at timestamptz not null default clock_timestamp(),
  primary key (consumer, event_id)
);

create index inbox_accepted_at on inbox using brin (accepted_at);
