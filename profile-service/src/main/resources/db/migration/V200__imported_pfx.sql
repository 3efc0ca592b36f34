-- Users' imported PFX files, as pfx-import-service tells of them: no file, no password, no key.
create table user_import (
  tenant text not null,
  import_id uuid not null,
  -- lower case
  user_principal_name text not null,
  -- upper-case hex SHA-1; the item of natural keys
  thumbprint text not null,
  purpose text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  state text not null check (state in ('available', 'failed', 'deleted')),
  reason text,
  version int not null,
  changed_at timestamptz not null,
  primary key (tenant, import_id)
);

create index user_import_user on user_import (tenant, user_principal_name);

-- Which devices a user's imports concern; lower case.
alter table device_report add column user_principal_name text;

update device_report set user_principal_name = lower(body::jsonb #>> '{user,userPrincipalName}');

create index device_report_upn on device_report (tenant, user_principal_name) where user_principal_name is not null;

alter table enrolment add column import_id uuid;

create index enrolment_import on enrolment (tenant, import_id) where import_id is not null;
