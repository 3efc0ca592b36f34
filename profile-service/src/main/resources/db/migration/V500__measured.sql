-- When certificates end, for the gauges: read from the index alone.
create index enrolment_ending on enrolment (not_after) include (ca_id)
  where newest and ended_at is null and not_after is not null;
