-- Counting the submissions of the last hour for the rate limit of a local policy; attempts come in order of time.
create index attempt_recent on attempt using brin (submitted_at);
