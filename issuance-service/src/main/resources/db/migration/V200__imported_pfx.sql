-- Packages that pfx-import-service made: no key here, no CA, and the same certificate on several devices.
alter table request drop constraint request_kind_check;
alter table request add constraint request_kind_check check (kind in ('pkcs', 'trusted-root', 'imported-pfx'));

-- What was taken for a request, besides the package itself. No unique issuer and serial: each device of the user has it.
create table imported_delivery (
  request_id uuid primary key references request,
  grant_jws text not null,
  issuer text not null,
  serial text not null,
  certificate_subject text not null,
  not_before timestamptz not null,
  not_after timestamptz not null,
  certificate_sha256 text not null,
  spki_sha256 text not null
);
