-- This database went back in time (docs/runbooks/restore.md): until a CA's list was compared with what is left of the
-- ledger, nothing new is submitted to it.
create table restore (
  id uuid primary key default gen_random_uuid(),
  -- what came later is lost
  restored_to timestamptz not null,
  declared_at timestamptz not null default now()
);

create table restore_reconciliation (
  restore_id uuid not null references restore,
  ca_id text not null,
  began_at timestamptz not null default now(),
  looked_at timestamptz,
  -- the last comparison
  audit_id uuid,
  hindrance text,
  settled_at timestamptz,
  settled_by text,
  reason text,
  primary key (restore_id, ca_id),
  constraint restore_reconciliation_settled check ((settled_at is null) = (settled_by is null))
);

-- Called by whoever restores, before a connector starts.
create function declare_restored(at timestamptz) returns uuid language sql as
$$ insert into restore (restored_to) values (at) returning id $$;

create function issuance_held(ca text) returns boolean language sql stable as
$$
select exists (select 1 from restore r
               where not exists (select 1 from restore_reconciliation c
                                 where c.restore_id = r.id and c.ca_id = ca and c.settled_at is not null))
$$;

-- The CA may know of it already: it is asked before the first submission.
alter table ca_command add column search_first boolean not null default false;

alter table ca_audit drop constraint ca_audit_occasion;
alter table ca_audit add constraint ca_audit_occasion check (occasion in ('scheduled', 'on-demand', 'restore'));
