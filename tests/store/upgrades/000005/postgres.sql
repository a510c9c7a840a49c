SET check_function_bodies = false;
CREATE FUNCTION accounts_changes_channel() RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT 'accounts_' || left(encode(sha256(convert_to(n.nspname, 'UTF8')), 'hex'), 32)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = 'accounts_session'::regclass
$$;
CREATE FUNCTION accounts_session_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        OLD.user_id::text
    );
    RETURN NULL;
END
$$;
CREATE FUNCTION accounts_user_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        OLD.id::text
    );
    RETURN NULL;
END
$$;
CREATE TABLE accounts_key_ring (
    id integer NOT NULL,
    revision bigint NOT NULL,
    active character varying NOT NULL,
    others text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_key_ring_id_check CHECK ((id = 1))
);
CREATE TABLE accounts_migration (
    version character varying NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE accounts_session (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_epoch bigint NOT NULL,
    generation bigint NOT NULL,
    rotated_at timestamp with time zone NOT NULL,
    confirmed boolean NOT NULL,
    authenticated_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    absolute_expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revocation_reason character varying(32),
    user_agent character varying(256),
    address character varying(45)
);
CREATE TABLE accounts_throttle (
    key bytea NOT NULL,
    failures bigint NOT NULL,
    last_failure_at timestamp with time zone NOT NULL
);
CREATE TABLE accounts_user (
    id uuid NOT NULL,
    username character varying(150) NOT NULL,
    username_key character varying(150) NOT NULL COLLATE pg_catalog."C",
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    password_hash text,
    is_active boolean NOT NULL,
    credential_epoch bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
INSERT INTO accounts_key_ring VALUES (1, 1, '1hH6P0OeAFIs', '', '2026-11-24 18:01:52.703073+00');
INSERT INTO accounts_migration VALUES ('m20260101_000001_users', 1795543312);
INSERT INTO accounts_migration VALUES ('m20260101_000002_sessions', 1795543312);
INSERT INTO accounts_migration VALUES ('m20260101_000003_throttle', 1795543312);
INSERT INTO accounts_migration VALUES ('m20260101_000004_key_ring', 1795543312);
INSERT INTO accounts_migration VALUES ('m20260101_000005_changes', 1795543312);
INSERT INTO accounts_session VALUES ('8590a396-5ceb-473d-b02b-e3cec07de8d4', '01a20eb8-a955-78c4-b598-9d63bdebcf2a', 0, 1, '2026-11-24 18:01:52.726236+00', false, '2026-11-24 18:01:52.726236+00', '2026-11-24 18:01:52.726236+00', '2026-11-24 18:01:52.726236+00', '2026-12-24 18:01:52.726236+00', '2027-02-22 18:01:52.726236+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('4712a912-999a-4de1-8681-85649ba0a91a', '01a20eb8-a955-78c4-b598-9d63bdebcf2a', 0, 2, '2026-11-24 18:01:52.747007+00', true, '2026-11-24 18:01:52.74388+00', '2026-11-24 18:01:52.74388+00', '2026-11-24 18:01:52.756406+00', '2026-12-24 18:01:52.747007+00', '2027-02-22 18:01:52.74388+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('67b1bb7e-7e07-4666-b5c0-cd4c94a1ae40', '01a20eb8-a978-7c46-9199-02d4c609ab79', 0, 2, '2026-11-24 18:01:52.765659+00', false, '2026-11-24 18:01:52.761808+00', '2026-11-24 18:01:52.761808+00', '2026-11-24 18:01:52.765659+00', '2026-12-24 18:01:52.765659+00', '2027-02-22 18:01:52.761808+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('b1253639-ed90-419c-be1c-4439302fdf8c', '01a20eb8-a981-7a69-b441-3d9edc1a289e', 0, 2, '2026-11-24 18:01:52.773222+00', true, '2026-11-24 18:01:52.77034+00', '2026-11-24 18:01:52.77034+00', '2026-11-24 18:01:52.781847+00', '2026-12-24 18:01:52.773222+00', '2027-02-22 18:01:52.77034+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('c976379b-6163-497e-a0ec-2b4d5d8ca351', '01a20eb8-a9f6-758b-90c1-111139122238', 0, 1, '2026-11-24 18:01:52.887806+00', false, '2026-11-24 18:01:52.887806+00', '2026-11-24 18:01:52.887806+00', '2026-11-24 18:01:52.887806+00', '2026-12-24 18:01:52.887806+00', '2027-02-22 18:01:52.887806+00', '2026-11-24 18:01:52.8977+00', 'logout', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('bf53a6bc-cb7d-4ac2-b1b6-aca19f151e53', '01a20eb8-a9f6-758b-90c1-111139122238', 0, 1, '2026-11-24 18:01:52.903855+00', false, '2026-11-24 18:01:52.903855+00', '2026-11-24 18:01:52.903855+00', '2026-11-24 18:01:52.903855+00', '2026-12-24 18:01:52.903855+00', '2027-02-22 18:01:52.903855+00', '2026-11-24 18:01:52.908063+00', 'superseded', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('7ccd9220-f74a-4dd0-9de8-a9584fae6d8b', '01a20eb8-a9f6-758b-90c1-111139122238', 0, 1, '2026-11-24 18:01:52.908063+00', true, '2026-11-24 18:01:52.908063+00', '2026-11-24 18:01:52.908063+00', '2026-11-24 18:01:52.920046+00', '2026-12-24 18:01:52.908063+00', '2027-02-22 18:01:52.908063+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('f4e4a17c-7800-43e6-b0dd-3a7d838a8f40', '01a20eb8-a9f6-758b-90c1-111139122238', 0, 1, '2026-11-24 18:01:52.911701+00', false, '2026-11-24 18:01:52.911701+00', '2026-11-24 18:01:52.911701+00', '2026-11-24 18:01:52.911701+00', '2026-12-24 18:01:52.911701+00', '2027-02-22 18:01:52.911701+00', '2026-11-24 18:01:52.929936+00', 'ended_by_user', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('15117675-103e-4778-b5c0-a204a7d159ae', '01a20eb8-aa26-7821-9598-24811c4c2b58', 0, 1, '2026-11-24 18:01:52.934978+00', true, '2026-11-24 18:01:52.934978+00', '2026-11-24 18:01:52.934978+00', '2026-11-24 18:01:52.949584+00', '2026-12-24 18:01:52.934978+00', '2027-02-22 18:01:52.934978+00', '2026-11-24 18:01:52.953093+00', 'superseded', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('34ea4384-9c27-4f91-b576-eb7a76cbaada', '01a20eb8-aa26-7821-9598-24811c4c2b58', 0, 1, '2026-11-24 18:01:52.941026+00', false, '2026-11-24 18:01:52.941026+00', '2026-11-24 18:01:52.941026+00', '2026-11-24 18:01:52.941026+00', '2026-12-24 18:01:52.941026+00', '2027-02-22 18:01:52.941026+00', '2026-11-24 18:01:52.953093+00', 'password_changed', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('56df14d0-5b13-409e-b82f-3f26c6b94d5a', '01a20eb8-aa26-7821-9598-24811c4c2b58', 1, 1, '2026-11-24 18:01:52.953093+00', false, '2026-11-24 18:01:52.953093+00', '2026-11-24 18:01:52.953093+00', '2026-11-24 18:01:52.953093+00', '2026-12-24 18:01:52.953093+00', '2027-02-22 18:01:52.953093+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('6bdeed34-5afc-4dd8-9d92-e4ab3344705a', '01a20eb8-aa3e-79ef-bc1b-1924c9eef8b3', 0, 1, '2026-11-24 18:01:52.958755+00', false, '2026-11-24 18:01:52.958755+00', '2026-11-24 18:01:52.958755+00', '2026-11-24 18:01:52.958755+00', '2026-12-24 18:01:52.958755+00', '2027-02-22 18:01:52.958755+00', '2026-11-24 18:01:52.988923+00', 'user_disabled', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('e40e8c81-1359-4e07-aad7-fce4879d72ad', '01a20eb8-adec-7038-b394-0a3b8d73a783', 0, 2, '2026-11-24 18:01:53.904627+00', true, '2026-11-24 18:01:53.901523+00', '2026-11-24 18:01:53.901523+00', '2026-11-24 18:01:53.916832+00', '2026-12-24 18:01:53.904627+00', '2027-02-22 18:01:53.901523+00', '2026-11-24 18:01:55.121145+00', 'reuse', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('30342a66-bed1-48d6-80fb-fcd40b76be8f', '01a20eb8-b2b7-70e9-a1a3-18897349fcd7', 0, 1, '2026-11-24 18:01:55.128128+00', false, '2026-11-24 18:01:55.128128+00', '2026-11-24 18:01:55.128128+00', '2026-11-24 18:01:55.128128+00', '2026-12-24 18:01:55.128128+00', '2027-02-22 18:01:55.128128+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_throttle VALUES ('\x6edc8a1226e46e68ef3e69d2af51616a346387c5729f60eb27080d57cafb457d', 3, '2026-11-24 18:01:55.134557+00');
INSERT INTO accounts_user VALUES ('01a20eb8-a955-78c4-b598-9d63bdebcf2a', 'ada', 'ada', 'Ada', 'L.', '$argon2id$v=19$m=64,t=1,p=1$8HrsfE6qUzgyZJv6kgMf9Q$v3Na6tQd22qKSzdv7WjF/MMCEapC9ps5kb5blHE2MjU', true, 0, '2026-11-24 18:01:52.725019+00', '2026-11-24 18:01:52.725019+00');
INSERT INTO accounts_user VALUES ('01a20eb8-a978-7c46-9199-02d4c609ab79', 'grace', 'grace', 'Grace', 'L.', '$argon2id$v=19$m=64,t=1,p=1$hpaDzib1SE+rzIJGjBQMVg$iMnar5oslvB5MBN2zOleL5LrbNg0Sz+OaKfg9XyJaO4', true, 0, '2026-11-24 18:01:52.760789+00', '2026-11-24 18:01:52.760789+00');
INSERT INTO accounts_user VALUES ('01a20eb8-a981-7a69-b441-3d9edc1a289e', 'linus', 'linus', 'Linus', 'L.', '$argon2id$v=19$m=64,t=1,p=1$BaQviB4rFz9rd8cEvWCbvg$80LsZq4nbbBbdNADXyRiTVoe4xeYoi4V3CDa6GNd+C8', true, 0, '2026-11-24 18:01:52.769956+00', '2026-11-24 18:01:52.769956+00');
INSERT INTO accounts_user VALUES ('01a20eb8-a9f6-758b-90c1-111139122238', 'mary', 'mary', 'Mary', 'L.', '$argon2id$v=19$m=64,t=1,p=1$qvzDx2N1RrEjvYC8t5/fPg$oOO1WJkQMWN7zLU4roCOPx64NKq3R7sywVqp0vYEmgE', true, 0, '2026-11-24 18:01:52.886667+00', '2026-11-24 18:01:52.886667+00');
INSERT INTO accounts_user VALUES ('01a20eb8-aa26-7821-9598-24811c4c2b58', 'alan', 'alan', 'Alan', 'L.', '$argon2id$v=19$m=64,t=1,p=1$PiqvcvgCr1sRrDYoQ16h4g$AilR1QreEeNMjRTFFC0N8XMZ4Od7ugrBTKMRmOJ5g24', true, 1, '2026-11-24 18:01:52.934561+00', '2026-11-24 18:01:52.953093+00');
INSERT INTO accounts_user VALUES ('01a20eb8-aa3e-79ef-bc1b-1924c9eef8b3', 'barbara', 'barbara', 'Barbara', 'L.', '$argon2id$v=19$m=64,t=1,p=1$nJdAQ8GQbHU+5jqOifuH4g$6GQnI0Mosurk/WZ2wS2R8w9LCKTN6CVFaDdDk2TnMRU', false, 1, '2026-11-24 18:01:52.958342+00', '2026-11-24 18:01:52.988923+00');
INSERT INTO accounts_user VALUES ('01a20eb8-adec-7038-b394-0a3b8d73a783', 'edsger', 'edsger', 'Edsger', 'L.', '$argon2id$v=19$m=64,t=1,p=1$t8JcUGTEyZRHm21la1B1CA$i2etwH6KEg6FeEQD25x0eL9cmZK9Y3xVTavsIVOUXOs', true, 0, '2026-11-24 18:01:53.900702+00', '2026-11-24 18:01:53.900702+00');
INSERT INTO accounts_user VALUES ('01a20eb8-b2b7-70e9-a1a3-18897349fcd7', 'donald', 'donald', 'Donald', 'L.', '$argon2id$v=19$m=64,t=1,p=1$j+rvFkt74RKv0a0egULHew$+nU8g9XSgV54Sb++PkEMcvtMnnyZGjlikjX+hyfCz3M', true, 0, '2026-11-24 18:01:55.127572+00', '2026-11-24 18:01:55.127572+00');
ALTER TABLE ONLY accounts_key_ring
    ADD CONSTRAINT accounts_key_ring_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_migration
    ADD CONSTRAINT accounts_migration_pkey PRIMARY KEY (version);
ALTER TABLE ONLY accounts_session
    ADD CONSTRAINT accounts_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_throttle
    ADD CONSTRAINT accounts_throttle_pkey PRIMARY KEY (key);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY accounts_user
    ADD CONSTRAINT accounts_user_username_key_key UNIQUE (username_key);
CREATE INDEX accounts_session_absolute_expires_at ON accounts_session USING btree (absolute_expires_at);
CREATE INDEX accounts_session_idle_expires_at ON accounts_session USING btree (idle_expires_at);
CREATE INDEX accounts_session_revoked_at ON accounts_session USING btree (revoked_at);
CREATE INDEX accounts_session_user_id ON accounts_session USING btree (user_id);
CREATE INDEX accounts_throttle_last_failure_at ON accounts_throttle USING btree (last_failure_at);
CREATE TRIGGER accounts_session_changed AFTER UPDATE OF revoked_at, authenticated_at ON accounts_session FOR EACH ROW WHEN (((old.revoked_at IS DISTINCT FROM new.revoked_at) OR (old.authenticated_at IS DISTINCT FROM new.authenticated_at))) EXECUTE FUNCTION accounts_session_changed();
CREATE TRIGGER accounts_session_deleted AFTER DELETE ON accounts_session FOR EACH ROW WHEN ((old.revoked_at IS NULL)) EXECUTE FUNCTION accounts_session_changed();
CREATE TRIGGER accounts_user_changed AFTER DELETE OR UPDATE ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_user_changed();
