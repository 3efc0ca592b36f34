-- A certificate that came after the barrier of its request: never delivered, revoked through revocation-service, and by this service
-- itself should that take too long.
alter table issued drop constraint issued_verdict_check;
alter table issued add constraint issued_verdict_check
  check (verdict in ('CHOSEN', 'EXTRA', 'LATE', 'QUARANTINED', 'ORPHAN', 'BARRED'));

-- of BARRED ones: recognises the answer to somebody else's revocation; hexadecimal
alter table issued add column serial text;
