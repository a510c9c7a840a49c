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
    address character varying(45),
    remembered boolean DEFAULT true NOT NULL
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
INSERT INTO accounts_key_ring VALUES (1, 1, 'i9dlLFepd-9F', '', '2026-11-24 18:17:51.422667+00');
INSERT INTO accounts_migration VALUES ('m20260101_000001_users', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000002_sessions', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000003_throttle', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000004_key_ring', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000005_changes', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000006_live_sessions', 1795544271);
INSERT INTO accounts_migration VALUES ('m20260101_000007_remembered', 1795544271);
INSERT INTO accounts_session VALUES ('47e35c66-721c-4f92-b487-3b88e6168187', '01a20ec7-4a84-7cb0-91e5-e193c2e4fb49', 0, 1, '2026-11-24 18:17:51.494178+00', false, '2026-11-24 18:17:51.494178+00', '2026-11-24 18:17:51.494178+00', '2026-11-24 18:17:51.494178+00', '2026-12-24 18:17:51.494178+00', '2027-02-22 18:17:51.494178+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('e266376c-b0cd-4972-bf95-d1bee66f173b', '01a20ec7-4a84-7cb0-91e5-e193c2e4fb49', 0, 2, '2026-11-24 18:17:51.506211+00', true, '2026-11-24 18:17:51.502044+00', '2026-11-24 18:17:51.502044+00', '2026-11-24 18:17:51.51609+00', '2026-12-24 18:17:51.506211+00', '2027-02-22 18:17:51.502044+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('0557f5b9-9e16-4770-9418-e42b16a43bb7', '01a20ec7-4a84-7cb0-91e5-e193c2e4fb49', 0, 2, '2026-11-24 18:17:51.523649+00', true, '2026-11-24 18:17:51.521074+00', '2026-11-24 18:17:51.521074+00', '2026-11-24 18:17:51.532504+00', '2026-11-25 06:17:51.523649+00', '2027-02-22 18:17:51.521074+00', NULL, NULL, NULL, '127.0.0.1', false);
INSERT INTO accounts_session VALUES ('9b98235c-4719-42a3-879c-6f8cfb18eecc', '01a20ec7-4ab0-7363-ace5-81374a3cd521', 0, 2, '2026-11-24 18:17:51.539818+00', false, '2026-11-24 18:17:51.537289+00', '2026-11-24 18:17:51.537289+00', '2026-11-24 18:17:51.539818+00', '2026-12-24 18:17:51.539818+00', '2027-02-22 18:17:51.537289+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('816c7439-2ee4-4f9b-af6a-14664deeb717', '01a20ec7-4ab6-7bd2-acfc-d64c9872a465', 0, 2, '2026-11-24 18:17:51.546266+00', true, '2026-11-24 18:17:51.543403+00', '2026-11-24 18:17:51.543403+00', '2026-11-24 18:17:51.555545+00', '2026-12-24 18:17:51.546266+00', '2027-02-22 18:17:51.543403+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('ad0a1352-c36b-497f-b4ff-6708e7a20dd6', '01a20ec7-4b2c-7b7a-be7a-7a9e87e18714', 0, 1, '2026-11-24 18:17:51.661562+00', false, '2026-11-24 18:17:51.661562+00', '2026-11-24 18:17:51.661562+00', '2026-11-24 18:17:51.661562+00', '2026-12-24 18:17:51.661562+00', '2027-02-22 18:17:51.661562+00', '2026-11-24 18:17:51.671737+00', 'logout', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('c6fe6cfc-4306-49c8-967c-2820c6c4a152', '01a20ec7-4b2c-7b7a-be7a-7a9e87e18714', 0, 1, '2026-11-24 18:17:51.678361+00', false, '2026-11-24 18:17:51.678361+00', '2026-11-24 18:17:51.678361+00', '2026-11-24 18:17:51.678361+00', '2026-12-24 18:17:51.678361+00', '2027-02-22 18:17:51.678361+00', '2026-11-24 18:17:51.682513+00', 'superseded', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('c0b3fb5e-47b7-45a7-bad0-5a4693aa6964', '01a20ec7-4b2c-7b7a-be7a-7a9e87e18714', 0, 1, '2026-11-24 18:17:51.682513+00', true, '2026-11-24 18:17:51.682513+00', '2026-11-24 18:17:51.682513+00', '2026-11-24 18:17:51.697842+00', '2026-12-24 18:17:51.682513+00', '2027-02-22 18:17:51.682513+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('34e439c4-5ae4-42a0-b99f-feeee8bb424e', '01a20ec7-4b2c-7b7a-be7a-7a9e87e18714', 0, 1, '2026-11-24 18:17:51.688784+00', false, '2026-11-24 18:17:51.688784+00', '2026-11-24 18:17:51.688784+00', '2026-11-24 18:17:51.688784+00', '2026-12-24 18:17:51.688784+00', '2027-02-22 18:17:51.688784+00', '2026-11-24 18:17:51.709476+00', 'ended_by_user', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('1b1202f1-12a4-4415-9d0c-06047cd38fce', '01a20ec7-4b62-70cd-9a85-83cec92a3601', 0, 1, '2026-11-24 18:17:51.714542+00', true, '2026-11-24 18:17:51.714542+00', '2026-11-24 18:17:51.714542+00', '2026-11-24 18:17:51.728235+00', '2026-12-24 18:17:51.714542+00', '2027-02-22 18:17:51.714542+00', '2026-11-24 18:17:51.737112+00', 'superseded', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('ab7fa238-adad-4c55-ba11-75fa7f68c39d', '01a20ec7-4b62-70cd-9a85-83cec92a3601', 0, 1, '2026-11-24 18:17:51.719077+00', false, '2026-11-24 18:17:51.719077+00', '2026-11-24 18:17:51.719077+00', '2026-11-24 18:17:51.719077+00', '2026-12-24 18:17:51.719077+00', '2027-02-22 18:17:51.719077+00', '2026-11-24 18:17:51.737112+00', 'password_changed', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('7d7ac339-3652-4b19-a805-4cca86cbf427', '01a20ec7-4b62-70cd-9a85-83cec92a3601', 1, 1, '2026-11-24 18:17:51.737112+00', false, '2026-11-24 18:17:51.737112+00', '2026-11-24 18:17:51.737112+00', '2026-11-24 18:17:51.737112+00', '2026-12-24 18:17:51.737112+00', '2027-02-22 18:17:51.737112+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('98eaa58c-632b-4e12-8ad7-c440edc305f9', '01a20ec7-4b7e-7052-b4bb-5d01556cc21b', 0, 1, '2026-11-24 18:17:51.743177+00', false, '2026-11-24 18:17:51.743177+00', '2026-11-24 18:17:51.743177+00', '2026-11-24 18:17:51.743177+00', '2026-12-24 18:17:51.743177+00', '2027-02-22 18:17:51.743177+00', '2026-11-24 18:17:51.764635+00', 'user_disabled', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('826005e7-7ee1-4c11-91a5-6ee56e7b82d3', '01a20ec7-4f22-78f1-9b73-b4b109a73bac', 0, 2, '2026-11-24 18:17:52.678309+00', true, '2026-11-24 18:17:52.675176+00', '2026-11-24 18:17:52.675176+00', '2026-11-24 18:17:52.687878+00', '2026-12-24 18:17:52.678309+00', '2027-02-22 18:17:52.675176+00', '2026-11-24 18:17:53.891876+00', 'reuse', NULL, '127.0.0.1', true);
INSERT INTO accounts_session VALUES ('e525b52f-ba8e-4845-9dce-9eab5c840c33', '01a20ec7-53f0-704c-9338-b15afc7a593f', 0, 1, '2026-11-24 18:17:53.904862+00', false, '2026-11-24 18:17:53.904862+00', '2026-11-24 18:17:53.904862+00', '2026-11-24 18:17:53.904862+00', '2026-12-24 18:17:53.904862+00', '2027-02-22 18:17:53.904862+00', NULL, NULL, NULL, '127.0.0.1', true);
INSERT INTO accounts_throttle VALUES ('\x51b42e9fe5ec83ec6492e00132a1e6af2eaa9741008b4070a05d71587869c884', 3, '2026-11-24 18:17:53.913008+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4a84-7cb0-91e5-e193c2e4fb49', 'ada', 'ada', 'Ada', 'L.', '$argon2id$v=19$m=64,t=1,p=1$lYaYPddOCUtnL63jZGGKMg$veenuE6KNRZhbO7MJoOzg6bMU4iXV8UT4VSvB33e6kk', true, 0, '2026-11-24 18:17:51.492664+00', '2026-11-24 18:17:51.492664+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4ab0-7363-ace5-81374a3cd521', 'grace', 'grace', 'Grace', 'L.', '$argon2id$v=19$m=64,t=1,p=1$zrUe+fOpQKfj9Ilv7K+Adw$y2reu90it82qsOoAQ4vaQfVp9hfN3+JKYlWIPOMAmvg', true, 0, '2026-11-24 18:17:51.536743+00', '2026-11-24 18:17:51.536743+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4ab6-7bd2-acfc-d64c9872a465', 'linus', 'linus', 'Linus', 'L.', '$argon2id$v=19$m=64,t=1,p=1$1vPCkiUj0wl8L1LNYkhCgA$nCO9GLcuFysDUMV6X9ACpPJHDEmdkf/LSlR3PVjcxzg', true, 0, '2026-11-24 18:17:51.54288+00', '2026-11-24 18:17:51.54288+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4b2c-7b7a-be7a-7a9e87e18714', 'mary', 'mary', 'Mary', 'L.', '$argon2id$v=19$m=64,t=1,p=1$BZawdORjng3HSkIM8SfluQ$oFEtAkgsBorBZYGS2p/l4rG+rECnp4DEG12jssQgQCI', true, 0, '2026-11-24 18:17:51.660762+00', '2026-11-24 18:17:51.660762+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4b62-70cd-9a85-83cec92a3601', 'alan', 'alan', 'Alan', 'L.', '$argon2id$v=19$m=64,t=1,p=1$ilAgbTgBmyOP43u72HNGIg$o4mf1BRT7pRXbGJropl5nxc1MptCdHhVM0+yuAFJ43g', true, 1, '2026-11-24 18:17:51.714066+00', '2026-11-24 18:17:51.737112+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4b7e-7052-b4bb-5d01556cc21b', 'barbara', 'barbara', 'Barbara', 'L.', '$argon2id$v=19$m=64,t=1,p=1$8kEnar56/Z1ag7lLZVbe4Q$gXvNE9EdQ+7VrX5qoiwu8jM1OOV9PoYNuW6u6Tkbocw', false, 1, '2026-11-24 18:17:51.742703+00', '2026-11-24 18:17:51.764635+00');
INSERT INTO accounts_user VALUES ('01a20ec7-4f22-78f1-9b73-b4b109a73bac', 'edsger', 'edsger', 'Edsger', 'L.', '$argon2id$v=19$m=64,t=1,p=1$7NMNPSFIaTNX4cgirk2DfQ$zFfRlE5Yb3OqTmVrzqrUD0Q54EuBYOfaBIoh7BW1HB4', true, 0, '2026-11-24 18:17:52.67439+00', '2026-11-24 18:17:52.67439+00');
INSERT INTO accounts_user VALUES ('01a20ec7-53f0-704c-9338-b15afc7a593f', 'donald', 'donald', 'Donald', 'L.', '$argon2id$v=19$m=64,t=1,p=1$JkOUtk05zqKh+/UVfZnjxQ$MzkQZws3/lroAU1TzUYX2ldPk5xbTP5YsXBA/4/NCmE', true, 0, '2026-11-24 18:17:53.904193+00', '2026-11-24 18:17:53.904193+00');
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
