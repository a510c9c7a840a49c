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
CREATE FUNCTION accounts_table_emptied() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
    PERFORM pg_notify(
        'accounts_' || left(encode(sha256(convert_to(TG_TABLE_SCHEMA, 'UTF8')), 'hex'), 32),
        'all'
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
INSERT INTO accounts_key_ring VALUES (1, 1, 'rYwvMIGwQHc4', '', '2026-11-24 18:15:21.339297+00');
INSERT INTO accounts_migration VALUES ('m20260101_000001_users', 1795544121);
INSERT INTO accounts_migration VALUES ('m20260101_000002_sessions', 1795544121);
INSERT INTO accounts_migration VALUES ('m20260101_000003_throttle', 1795544121);
INSERT INTO accounts_migration VALUES ('m20260101_000004_key_ring', 1795544121);
INSERT INTO accounts_migration VALUES ('m20260101_000005_changes', 1795544121);
INSERT INTO accounts_migration VALUES ('m20260101_000006_live_sessions', 1795544121);
INSERT INTO accounts_session VALUES ('6a8af96b-6088-48bc-a775-99fa8a7d5f19', '01a20ec5-003f-7e17-821a-f0f7653eaf1b', 0, 1, '2026-11-24 18:15:21.408463+00', false, '2026-11-24 18:15:21.408463+00', '2026-11-24 18:15:21.408463+00', '2026-11-24 18:15:21.408463+00', '2026-12-24 18:15:21.408463+00', '2027-02-22 18:15:21.408463+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('622a38cc-2416-424b-a398-965928384965', '01a20ec5-003f-7e17-821a-f0f7653eaf1b', 0, 2, '2026-11-24 18:15:21.421349+00', true, '2026-11-24 18:15:21.416607+00', '2026-11-24 18:15:21.416607+00', '2026-11-24 18:15:21.432912+00', '2026-12-24 18:15:21.421349+00', '2027-02-22 18:15:21.416607+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('a1960088-1853-4f42-a296-52ebba0d5f9f', '01a20ec5-005e-7e6f-a9f8-8c0ba3e60c2f', 0, 2, '2026-11-24 18:15:21.442685+00', false, '2026-11-24 18:15:21.439317+00', '2026-11-24 18:15:21.439317+00', '2026-11-24 18:15:21.442685+00', '2026-12-24 18:15:21.442685+00', '2027-02-22 18:15:21.439317+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('016370d6-3c85-4442-a619-2503eed82404', '01a20ec5-0066-7203-9e76-36a2292eb8d1', 0, 2, '2026-11-24 18:15:21.451489+00', true, '2026-11-24 18:15:21.447698+00', '2026-11-24 18:15:21.447698+00', '2026-11-24 18:15:21.46102+00', '2026-12-24 18:15:21.451489+00', '2027-02-22 18:15:21.447698+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('ad560324-fe77-425d-ad13-bd08c86e9719', '01a20ec5-00df-73a1-997f-569af46ba7ac', 0, 1, '2026-11-24 18:15:21.567988+00', false, '2026-11-24 18:15:21.567988+00', '2026-11-24 18:15:21.567988+00', '2026-11-24 18:15:21.567988+00', '2026-12-24 18:15:21.567988+00', '2027-02-22 18:15:21.567988+00', '2026-11-24 18:15:21.578711+00', 'logout', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('30c9e809-5fb5-499a-bc9c-509d63586d30', '01a20ec5-00df-73a1-997f-569af46ba7ac', 0, 1, '2026-11-24 18:15:21.585952+00', false, '2026-11-24 18:15:21.585952+00', '2026-11-24 18:15:21.585952+00', '2026-11-24 18:15:21.585952+00', '2026-12-24 18:15:21.585952+00', '2027-02-22 18:15:21.585952+00', '2026-11-24 18:15:21.592576+00', 'superseded', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('e20fc250-401a-46f8-8c3e-b4858115c925', '01a20ec5-00df-73a1-997f-569af46ba7ac', 0, 1, '2026-11-24 18:15:21.592576+00', true, '2026-11-24 18:15:21.592576+00', '2026-11-24 18:15:21.592576+00', '2026-11-24 18:15:21.609101+00', '2026-12-24 18:15:21.592576+00', '2027-02-22 18:15:21.592576+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('4c60da73-7d4a-4d99-a736-fa5a3d17bc6a', '01a20ec5-00df-73a1-997f-569af46ba7ac', 0, 1, '2026-11-24 18:15:21.599439+00', false, '2026-11-24 18:15:21.599439+00', '2026-11-24 18:15:21.599439+00', '2026-11-24 18:15:21.599439+00', '2026-12-24 18:15:21.599439+00', '2027-02-22 18:15:21.599439+00', '2026-11-24 18:15:21.620364+00', 'ended_by_user', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('d113bfc0-52d8-4176-a477-7bc8c5db3593', '01a20ec5-0118-7f57-acbe-3e7a50c002b7', 0, 1, '2026-11-24 18:15:21.625145+00', true, '2026-11-24 18:15:21.625145+00', '2026-11-24 18:15:21.625145+00', '2026-11-24 18:15:21.639702+00', '2026-12-24 18:15:21.625145+00', '2027-02-22 18:15:21.625145+00', '2026-11-24 18:15:21.64422+00', 'superseded', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('ca1a4a11-f002-4445-9c70-e46ee2714a4c', '01a20ec5-0118-7f57-acbe-3e7a50c002b7', 0, 1, '2026-11-24 18:15:21.630045+00', false, '2026-11-24 18:15:21.630045+00', '2026-11-24 18:15:21.630045+00', '2026-11-24 18:15:21.630045+00', '2026-12-24 18:15:21.630045+00', '2027-02-22 18:15:21.630045+00', '2026-11-24 18:15:21.64422+00', 'password_changed', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('7e3125c1-04f7-414b-96ed-da7a66b7462e', '01a20ec5-0118-7f57-acbe-3e7a50c002b7', 1, 1, '2026-11-24 18:15:21.64422+00', false, '2026-11-24 18:15:21.64422+00', '2026-11-24 18:15:21.64422+00', '2026-11-24 18:15:21.64422+00', '2026-12-24 18:15:21.64422+00', '2027-02-22 18:15:21.64422+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('6a944ca1-8507-440d-b0ea-6bb4676752f7', '01a20ec5-0132-72a7-a02b-4f6b9898d2d8', 0, 1, '2026-11-24 18:15:21.65051+00', false, '2026-11-24 18:15:21.65051+00', '2026-11-24 18:15:21.65051+00', '2026-11-24 18:15:21.65051+00', '2026-12-24 18:15:21.65051+00', '2027-02-22 18:15:21.65051+00', '2026-11-24 18:15:21.687891+00', 'user_disabled', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('a3d7ef91-b3d0-41a5-bf60-949a16c29c2d', '01a20ec5-04e8-7000-9940-296c44a8fc71', 0, 2, '2026-11-24 18:15:22.605193+00', true, '2026-11-24 18:15:22.601635+00', '2026-11-24 18:15:22.601635+00', '2026-11-24 18:15:22.614931+00', '2026-12-24 18:15:22.605193+00', '2027-02-22 18:15:22.601635+00', '2026-11-24 18:15:23.818923+00', 'reuse', NULL, '127.0.0.1');
INSERT INTO accounts_session VALUES ('88dc64f6-8b94-4cb7-884c-d56364823a93', '01a20ec5-09b8-7c0a-85a5-4b9116d678ec', 0, 1, '2026-11-24 18:15:23.832808+00', false, '2026-11-24 18:15:23.832808+00', '2026-11-24 18:15:23.832808+00', '2026-11-24 18:15:23.832808+00', '2026-12-24 18:15:23.832808+00', '2027-02-22 18:15:23.832808+00', NULL, NULL, NULL, '127.0.0.1');
INSERT INTO accounts_throttle VALUES ('\x266a164c4c742d6a22c8f7ce19a453e1b1fc730a1febfdef2609eb004d7e0689', 3, '2026-11-24 18:15:23.846355+00');
INSERT INTO accounts_user VALUES ('01a20ec5-003f-7e17-821a-f0f7653eaf1b', 'ada', 'ada', 'Ada', 'L.', '$argon2id$v=19$m=64,t=1,p=1$dv7swWJQl4nMaR/sY56qew$zm+t4yVDZEednSIFHWgUxb5ZJjUlag4HM4dV0IBzUeQ', true, 0, '2026-11-24 18:15:21.407024+00', '2026-11-24 18:15:21.407024+00');
INSERT INTO accounts_user VALUES ('01a20ec5-005e-7e6f-a9f8-8c0ba3e60c2f', 'grace', 'grace', 'Grace', 'L.', '$argon2id$v=19$m=64,t=1,p=1$XkM8aDxC7wl9p1wjna7VsQ$ZuvZgj7V8kHiVofVmmwlrYNJGKJ9g1KpAgEpneej2ZQ', true, 0, '2026-11-24 18:15:21.438451+00', '2026-11-24 18:15:21.438451+00');
INSERT INTO accounts_user VALUES ('01a20ec5-0066-7203-9e76-36a2292eb8d1', 'linus', 'linus', 'Linus', 'L.', '$argon2id$v=19$m=64,t=1,p=1$snjBNzD7MPoeSIgbiKQ2zg$XELcnRWX/uZqoEtXOhtzJWohj5m994+9ZcWMZ4ft3yI', true, 0, '2026-11-24 18:15:21.446974+00', '2026-11-24 18:15:21.446974+00');
INSERT INTO accounts_user VALUES ('01a20ec5-00df-73a1-997f-569af46ba7ac', 'mary', 'mary', 'Mary', 'L.', '$argon2id$v=19$m=64,t=1,p=1$1YvsG2h+5/xli5uqm+bw/w$YQgyoOfVZX60CPt8GDGCHUdhgJARYh3z4Tzpjm8RADs', true, 0, '2026-11-24 18:15:21.567005+00', '2026-11-24 18:15:21.567005+00');
INSERT INTO accounts_user VALUES ('01a20ec5-0118-7f57-acbe-3e7a50c002b7', 'alan', 'alan', 'Alan', 'L.', '$argon2id$v=19$m=64,t=1,p=1$eyUBppamQ2vnkKKwAZbB0g$BG2Bfq3Th/44IdOjb4JEalqHR0w//j3CH3ItSwTXnEA', true, 1, '2026-11-24 18:15:21.624569+00', '2026-11-24 18:15:21.64422+00');
INSERT INTO accounts_user VALUES ('01a20ec5-0132-72a7-a02b-4f6b9898d2d8', 'barbara', 'barbara', 'Barbara', 'L.', '$argon2id$v=19$m=64,t=1,p=1$lsJhu0l8eEN74yZzdQUQ2A$bCGsmAvybLm3nj6uMYaK+uKhQSU2cRuObYYIS8VCRd0', false, 1, '2026-11-24 18:15:21.650067+00', '2026-11-24 18:15:21.687891+00');
INSERT INTO accounts_user VALUES ('01a20ec5-04e8-7000-9940-296c44a8fc71', 'edsger', 'edsger', 'Edsger', 'L.', '$argon2id$v=19$m=64,t=1,p=1$271ufCuCFeCgMLb99jPEeA$cO837qyTXADZYtH3tdAqa8De8Ub2hQi/SXAzfWDelbs', true, 0, '2026-11-24 18:15:22.600594+00', '2026-11-24 18:15:22.600594+00');
INSERT INTO accounts_user VALUES ('01a20ec5-09b8-7c0a-85a5-4b9116d678ec', 'donald', 'donald', 'Donald', 'L.', '$argon2id$v=19$m=64,t=1,p=1$C7wU1DzYljDj1CAPsnWejg$GKDyHgA5s+uovksOkVkAu6JrOpklpmYoU0z8cGWgnc4', true, 0, '2026-11-24 18:15:23.83203+00', '2026-11-24 18:15:23.83203+00');
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
CREATE INDEX accounts_session_live ON accounts_session USING btree (user_id, idle_expires_at) WHERE (revoked_at IS NULL);
CREATE INDEX accounts_session_revoked_at ON accounts_session USING btree (revoked_at);
CREATE INDEX accounts_session_user_id ON accounts_session USING btree (user_id);
CREATE INDEX accounts_throttle_last_failure_at ON accounts_throttle USING btree (last_failure_at);
CREATE TRIGGER accounts_session_altered AFTER UPDATE ON accounts_session FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.user_id IS DISTINCT FROM new.user_id) OR (old.credential_epoch IS DISTINCT FROM new.credential_epoch) OR (old.absolute_expires_at IS DISTINCT FROM new.absolute_expires_at) OR (old.idle_expires_at > new.idle_expires_at) OR (old.generation > new.generation))) EXECUTE FUNCTION accounts_session_changed();
ALTER TABLE accounts_session ENABLE ALWAYS TRIGGER accounts_session_altered;
CREATE TRIGGER accounts_session_changed AFTER UPDATE OF revoked_at, authenticated_at ON accounts_session FOR EACH ROW WHEN (((old.revoked_at IS DISTINCT FROM new.revoked_at) OR (old.authenticated_at IS DISTINCT FROM new.authenticated_at))) EXECUTE FUNCTION accounts_session_changed();
ALTER TABLE accounts_session ENABLE ALWAYS TRIGGER accounts_session_changed;
CREATE TRIGGER accounts_session_deleted AFTER DELETE ON accounts_session FOR EACH ROW WHEN ((old.revoked_at IS NULL)) EXECUTE FUNCTION accounts_session_changed();
ALTER TABLE accounts_session ENABLE ALWAYS TRIGGER accounts_session_deleted;
CREATE TRIGGER accounts_session_emptied AFTER TRUNCATE ON accounts_session FOR EACH STATEMENT EXECUTE FUNCTION accounts_table_emptied();
ALTER TABLE accounts_session ENABLE ALWAYS TRIGGER accounts_session_emptied;
CREATE TRIGGER accounts_user_changed AFTER DELETE OR UPDATE ON accounts_user FOR EACH ROW EXECUTE FUNCTION accounts_user_changed();
ALTER TABLE accounts_user ENABLE ALWAYS TRIGGER accounts_user_changed;
CREATE TRIGGER accounts_user_emptied AFTER TRUNCATE ON accounts_user FOR EACH STATEMENT EXECUTE FUNCTION accounts_table_emptied();
ALTER TABLE accounts_user ENABLE ALWAYS TRIGGER accounts_user_emptied;
