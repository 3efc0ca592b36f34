-- Renewal: the instant that the server assigned when the certificate was issued, and when the timer looks at it (again).
alter table enrolment add column renew_at timestamptz;
alter table enrolment add column renewal_due_at timestamptz;

create index enrolment_renewal on enrolment (renewal_due_at)
  where newest and ended_at is null and renewal_due_at is not null;

-- What revocation-service says of the generation's revocation.
alter table enrolment add column revocation_id uuid;
alter table enrolment add column revocation_trigger text;
alter table enrolment add column revocation_action text;
alter table enrolment add column revocation_state text;
alter table enrolment add column revocation_version int not null default -1;
alter table enrolment add column revocation_at timestamptz;
