create table probe (n bigint generated always as identity, what text not null, trace text);
