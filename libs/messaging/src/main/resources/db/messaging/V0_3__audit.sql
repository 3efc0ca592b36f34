-- Who did what to what. Appended in the transaction of the effect, sealed into a hash chain right after.
create table audit (
  id uuid primary key,
  writer text not null,
  tenant text not null,
  occurred_at timestamptz not null,
  action text not null,
  actor text not null,
  subject text not null,
  -- JSON object of strings, members sorted
  facts text not null,
  position bigint,
  previous_hash bytea,
  hash bytea,
  sealed_at timestamptz,
  constraint audit_position unique (writer, position),
  constraint audit_sealed_whole check (num_nulls(position, previous_hash, hash, sealed_at) in (0, 4))
);

create index audit_unsealed on audit (writer, occurred_at, id) where position is null;
create index audit_subject on audit (tenant, subject, occurred_at);

-- The end of each writer's chain; its lock makes sealing a single file.
create table audit_head (
  writer text primary key,
  position bigint not null,
  hash bytea not null,
  sealed_at timestamptz not null
);

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'audit is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end $$;

create function audit_allow_sealing_only() returns trigger language plpgsql as $$
begin
  if old.position is not null
     or new.position is null
     or (new.id, new.writer, new.tenant, new.occurred_at, new.action, new.actor, new.subject, new.facts)
        is distinct from
        (old.id, old.writer, old.tenant, old.occurred_at, old.action, old.actor, old.subject, old.facts) then
    raise exception 'audit is append-only: only sealing may update' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create function audit_allow_unsealed_only() returns trigger language plpgsql as $$
begin
  if new.position is not null then
    raise exception 'audit entries are sealed after they are appended' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create function audit_head_only_grows() returns trigger language plpgsql as $$
begin
  if new.writer <> old.writer or new.position <= old.position then
    raise exception 'the head of an audit chain only moves on' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create trigger audit_insert before insert on audit for each row execute function audit_allow_unsealed_only();
create trigger audit_update before update on audit for each row execute function audit_allow_sealing_only();
create trigger audit_delete before delete on audit for each row execute function audit_refuse();
create trigger audit_truncate before truncate on audit for each statement execute function audit_refuse();
create trigger audit_head_update before update on audit_head for each row execute function audit_head_only_grows();
create trigger audit_head_delete before delete on audit_head for each row execute function audit_refuse();
create trigger audit_head_truncate before truncate on audit_head for each statement execute function audit_refuse();
