#!/usr/bin/env bash
# One database and one role for each service; the built-in CA is a foreign CA: a role and a schema of its own.
set -euo pipefail
for name in profile issuance gateway revocation pfximport; do
  password=${name^^}_PASSWORD
  psql -v ON_ERROR_STOP=1 -U postgres -v name="$name" -v password="${!password}" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke all on database :"name" from public;
SQL
done
psql -v ON_ERROR_STOP=1 -U postgres -d gateway -v password="$BUILTIN_CA_PASSWORD" <<'SQL'
create role builtin_ca login password :'password';
grant connect on database gateway to builtin_ca;
create schema builtin_ca authorization builtin_ca;
revoke all on schema public from public;
alter role builtin_ca in database gateway set search_path = builtin_ca;
SQL
