-- What is with a CA and may have to be sent again, found without passing all that waits for its turn.
drop index revocation_in_flight;
create index revocation_in_flight on revocation (ca_id, next_attempt_at) where state = 'submitted';
