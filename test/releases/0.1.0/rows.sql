


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE public.action (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    action_plan_id bigint NOT NULL,
    action_type text NOT NULL,
    state text NOT NULL,
    input_parameters json DEFAULT '{}'::json NOT NULL,
    parents json DEFAULT '[]'::json NOT NULL,
    status_message text,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone,
    last_edit uuid,
    version bigint DEFAULT '1'::bigint NOT NULL,
    intent jsonb,
    CONSTRAINT action_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'ONGOING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLED'::text, 'CANCELLING'::text, 'SKIPPED'::text, 'DELETED'::text])))
);



CREATE SEQUENCE public.action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.action_id_seq OWNED BY public.action.id;



CREATE TABLE public.action_plan (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    audit_id bigint NOT NULL,
    strategy_id bigint,
    run_id bigint NOT NULL,
    state text NOT NULL,
    global_efficacy jsonb DEFAULT '[]'::jsonb NOT NULL,
    hostname text,
    status_message text,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone,
    last_edit uuid,
    version bigint DEFAULT '1'::bigint NOT NULL,
    launched_at timestamp(6) with time zone,
    token bigint DEFAULT '0'::bigint NOT NULL,
    applier_id text,
    heartbeat bigint DEFAULT '0'::bigint NOT NULL,
    started_at timestamp(6) with time zone,
    finished_at timestamp(6) with time zone,
    CONSTRAINT action_plan_state_check CHECK ((state = ANY (ARRAY['RECOMMENDED'::text, 'PENDING'::text, 'ONGOING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLING'::text, 'CANCELLED'::text, 'SUPERSEDED'::text, 'DELETED'::text])))
);



CREATE SEQUENCE public.action_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.action_plan_id_seq OWNED BY public.action_plan.id;



CREATE TABLE public.audit (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    audit_type text NOT NULL,
    state text NOT NULL,
    goal_id bigint NOT NULL,
    strategy_id bigint,
    parameters json DEFAULT '{}'::json NOT NULL,
    "interval" text,
    scope json DEFAULT '[]'::json NOT NULL,
    auto_trigger boolean DEFAULT false NOT NULL,
    force boolean DEFAULT false NOT NULL,
    next_run_time timestamp(6) with time zone,
    start_time timestamp(6) with time zone,
    end_time timestamp(6) with time zone,
    hostname text,
    status_message text,
    trigger_states jsonb DEFAULT '["*"]'::jsonb NOT NULL,
    version bigint DEFAULT '1'::bigint NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone,
    last_edit uuid,
    consecutive_failures integer DEFAULT 0 NOT NULL,
    CONSTRAINT audit_audit_type_check CHECK ((audit_type = ANY (ARRAY['ONESHOT'::text, 'CONTINUOUS'::text, 'EVENT'::text]))),
    CONSTRAINT audit_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'ONGOING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLED'::text, 'SUSPENDED'::text, 'DELETED'::text])))
)
WITH (fillfactor='80');



CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;



CREATE TABLE public.audit_template (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    description text,
    goal_id bigint NOT NULL,
    strategy_id bigint,
    scope json DEFAULT '[]'::json NOT NULL,
    default_parameters json DEFAULT '{}'::json NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone,
    last_edit uuid
);



CREATE SEQUENCE public.audit_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.audit_template_id_seq OWNED BY public.audit_template.id;



CREATE TABLE public.broker_mark (
    name text NOT NULL,
    value text NOT NULL
);



CREATE TABLE public.catalogue (
    id bigint NOT NULL,
    hash text NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
);



CREATE SEQUENCE public.catalogue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.catalogue_id_seq OWNED BY public.catalogue.id;



CREATE TABLE public.dead_letter (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    kind text NOT NULL,
    audit_id bigint,
    event_id uuid,
    run_id uuid,
    reason text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    resolution text,
    resolved_at timestamp(6) with time zone,
    resolved_by text,
    last_edit uuid,
    CONSTRAINT dead_letter_resolution_check CHECK ((resolution = ANY (ARRAY['REPLAYED'::text, 'DROPPED'::text])))
);



CREATE SEQUENCE public.dead_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.dead_letter_id_seq OWNED BY public.dead_letter.id;



CREATE TABLE public.efficacy_indicator (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    action_plan_id bigint NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    unit text,
    value double precision NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone
);



CREATE SEQUENCE public.efficacy_indicator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.efficacy_indicator_id_seq OWNED BY public.efficacy_indicator.id;



CREATE TABLE public.event (
    id bigint NOT NULL,
    event_id uuid NOT NULL,
    audit_id bigint,
    fate text NOT NULL,
    reason text,
    run_id bigint,
    duplicate_of uuid,
    occurrence_key text NOT NULL,
    base_hash text NOT NULL,
    exact boolean NOT NULL,
    request_id text NOT NULL,
    format text NOT NULL,
    body_parse text NOT NULL,
    current text NOT NULL,
    body bytea NOT NULL,
    sender jsonb NOT NULL,
    audit_ident text NOT NULL,
    stream_sequence bigint NOT NULL,
    stream_time timestamp(6) with time zone NOT NULL,
    received_at timestamp(6) with time zone NOT NULL,
    arrived_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    replay_of uuid,
    CONSTRAINT event_fate_check CHECK ((fate = ANY (ARRAY['WAITING'::text, 'LEASED'::text, 'DONE'::text, 'DUPLICATE'::text, 'FILTERED'::text, 'DISCARDED'::text, 'DEAD_LETTER'::text])))
);



CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;



CREATE TABLE public.goal (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    efficacy_specification jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone
);



CREATE SEQUENCE public.goal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.goal_id_seq OWNED BY public.goal.id;



CREATE TABLE public.mikro_orm_migrations (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    executed_at timestamp(6) with time zone DEFAULT CURRENT_TIMESTAMP(6) NOT NULL
);



CREATE SEQUENCE public.mikro_orm_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.mikro_orm_migrations_id_seq OWNED BY public.mikro_orm_migrations.id;



CREATE TABLE public.model_chunk (
    snapshot_id bigint NOT NULL,
    n integer NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ONLY public.model_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;



CREATE TABLE public.model_head (
    kind text NOT NULL,
    hash text NOT NULL,
    imported_at text NOT NULL,
    details json NOT NULL
);



CREATE TABLE public.model_snapshot (
    id bigint NOT NULL,
    hash text NOT NULL,
    size bigint NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    headed_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
);



CREATE SEQUENCE public.model_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.model_snapshot_id_seq OWNED BY public.model_snapshot.id;



CREATE TABLE public.outbox (
    id bigint NOT NULL,
    kind text NOT NULL,
    uuid uuid NOT NULL,
    version bigint NOT NULL,
    data jsonb NOT NULL,
    index_entry jsonb,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000');



CREATE SEQUENCE public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.outbox_id_seq OWNED BY public.outbox.id;



CREATE TABLE public.run (
    id bigint NOT NULL,
    run_id uuid NOT NULL,
    audit_id bigint NOT NULL,
    state text NOT NULL,
    cause text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    token bigint DEFAULT '0'::bigint NOT NULL,
    worker_id text,
    heartbeat bigint DEFAULT '0'::bigint NOT NULL,
    seed bigint NOT NULL,
    due_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    lease_answer jsonb,
    snapshot_hash text,
    strategy_name text,
    strategy_version text,
    error text,
    compute_ms double precision,
    explanation json,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp(6) with time zone,
    finished_at timestamp(6) with time zone,
    goal_name text,
    audit_type text,
    parameters json,
    scope json,
    history json,
    options json,
    blocked_by bigint,
    is_suspect boolean DEFAULT false NOT NULL,
    failures json,
    claim_id uuid,
    CONSTRAINT run_cause_check CHECK ((cause = ANY (ARRAY['EVENT'::text, 'ONESHOT'::text, 'CONTINUOUS'::text]))),
    CONSTRAINT run_state_check CHECK ((state = ANY (ARRAY['DUE'::text, 'LIVE'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'DISCARDED'::text, 'DEAD_LETTER'::text])))
);



CREATE SEQUENCE public.run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.run_id_seq OWNED BY public.run.id;



CREATE TABLE public.scoring_engine (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    metainfo text,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone
);



CREATE SEQUENCE public.scoring_engine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.scoring_engine_id_seq OWNED BY public.scoring_engine.id;



CREATE TABLE public.service (
    id bigint NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    last_seen_up timestamp(6) with time zone NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone
);



CREATE SEQUENCE public.service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.service_id_seq OWNED BY public.service.id;



CREATE TABLE public.strategy (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    goal_id bigint NOT NULL,
    parameters_spec jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp(6) with time zone,
    deleted_at timestamp(6) with time zone
);



CREATE SEQUENCE public.strategy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.strategy_id_seq OWNED BY public.strategy.id;



ALTER TABLE ONLY public.action ALTER COLUMN id SET DEFAULT nextval('public.action_id_seq'::regclass);



ALTER TABLE ONLY public.action_plan ALTER COLUMN id SET DEFAULT nextval('public.action_plan_id_seq'::regclass);



ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);



ALTER TABLE ONLY public.audit_template ALTER COLUMN id SET DEFAULT nextval('public.audit_template_id_seq'::regclass);



ALTER TABLE ONLY public.catalogue ALTER COLUMN id SET DEFAULT nextval('public.catalogue_id_seq'::regclass);



ALTER TABLE ONLY public.dead_letter ALTER COLUMN id SET DEFAULT nextval('public.dead_letter_id_seq'::regclass);



ALTER TABLE ONLY public.efficacy_indicator ALTER COLUMN id SET DEFAULT nextval('public.efficacy_indicator_id_seq'::regclass);



ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);



ALTER TABLE ONLY public.goal ALTER COLUMN id SET DEFAULT nextval('public.goal_id_seq'::regclass);



ALTER TABLE ONLY public.mikro_orm_migrations ALTER COLUMN id SET DEFAULT nextval('public.mikro_orm_migrations_id_seq'::regclass);



ALTER TABLE ONLY public.model_snapshot ALTER COLUMN id SET DEFAULT nextval('public.model_snapshot_id_seq'::regclass);



ALTER TABLE ONLY public.outbox ALTER COLUMN id SET DEFAULT nextval('public.outbox_id_seq'::regclass);



ALTER TABLE ONLY public.run ALTER COLUMN id SET DEFAULT nextval('public.run_id_seq'::regclass);



ALTER TABLE ONLY public.scoring_engine ALTER COLUMN id SET DEFAULT nextval('public.scoring_engine_id_seq'::regclass);



ALTER TABLE ONLY public.service ALTER COLUMN id SET DEFAULT nextval('public.service_id_seq'::regclass);



ALTER TABLE ONLY public.strategy ALTER COLUMN id SET DEFAULT nextval('public.strategy_id_seq'::regclass);



INSERT INTO public.action (id, uuid, action_plan_id, action_type, state, input_parameters, parents, status_message, created_at, updated_at, deleted_at, last_edit, version, intent) VALUES
	(2, '8d00d683-82ce-5ba5-aea2-f82f9d62d54d', 2, 'nop', 'PENDING', '{"message":"started"}', '[]', NULL, '2026-11-23 08:47:08.621828+00', NULL, NULL, NULL, 1, NULL),
	(1, 'a5c28ac5-5bfc-56f6-af47-931b06dc3fd4', 1, 'nop', 'SUCCEEDED', '{"message":"finished"}', '[]', NULL, '2026-11-23 08:47:08.534183+00', '2026-11-23 08:47:09.794141+00', NULL, NULL, 3, '{}');



INSERT INTO public.action_plan (id, uuid, audit_id, strategy_id, run_id, state, global_efficacy, hostname, status_message, created_at, updated_at, deleted_at, last_edit, version, launched_at, token, applier_id, heartbeat, started_at, finished_at) VALUES
	(3, '2d3802c3-ef96-5434-b38d-ab29ca219c9d', 3, 14, 3, 'SUCCEEDED', '[{"name": "live_migrations_count", "unit": "%", "value": 0, "description": "Migrated instances per audited instance."}]', NULL, NULL, '2026-11-23 08:47:08.869647+00', NULL, NULL, NULL, 1, NULL, 0, NULL, 0, NULL, NULL),
	(4, '8cd61766-e551-50aa-97d7-51d52448186a', 3, 14, 4, 'SUCCEEDED', '[{"name": "live_migrations_count", "unit": "%", "value": 0, "description": "Migrated instances per audited instance."}]', NULL, NULL, '2026-11-23 08:47:09.164917+00', NULL, NULL, NULL, 1, NULL, 0, NULL, 0, NULL, NULL),
	(1, '53647d56-9c69-5c10-a3d8-7689b0ad88f5', 1, 1, 1, 'SUCCEEDED', '[]', 'vm', NULL, '2026-11-23 08:47:08.533843+00', '2026-11-23 08:47:09.882162+00', NULL, 'e59480e6-f266-4673-b5f2-061704ca5bcc', 4, '2026-11-23 08:47:09.383095+00', 1, NULL, 3, '2026-11-23 08:47:09.453501+00', '2026-11-23 08:47:09.882162+00'),
	(2, '1cf6d674-166e-5922-b0a5-445a56e13b8d', 2, 1, 2, 'PENDING', '[]', NULL, NULL, '2026-11-23 08:47:08.621696+00', '2026-11-23 08:47:10.304434+00', NULL, '29192190-417f-4fa9-8b41-7ab0f1453568', 2, '2026-11-23 08:47:10.304435+00', 0, NULL, 0, NULL, NULL);



INSERT INTO public.audit (id, uuid, name, audit_type, state, goal_id, strategy_id, parameters, "interval", scope, auto_trigger, force, next_run_time, start_time, end_time, hostname, status_message, trigger_states, version, created_at, updated_at, deleted_at, last_edit, consecutive_failures) VALUES
	(1, 'b5149239-50d6-4dd2-b556-67ade694e5e4', 'audit-efa88d53-b6f3-4504-a95e-51e9e5fecdd8', 'ONESHOT', 'SUCCEEDED', 9, 1, '{"actions":[{"action_type":"nop","input_parameters":{"message":"finished"}}]}', NULL, '[]', false, false, NULL, NULL, NULL, 'vm', NULL, '["*"]', 3, '2026-11-23 08:47:08.128025+00', '2026-11-23 08:47:08.577738+00', NULL, NULL, 0),
	(2, '7ec301c7-baa3-4f7c-ae1c-f7c58fbf8eec', 'audit-3346ec3f-879f-43af-94a1-e396cfde648a', 'ONESHOT', 'SUCCEEDED', 9, 1, '{"actions":[{"action_type":"nop","input_parameters":{"message":"started"}}]}', NULL, '[]', false, false, NULL, NULL, NULL, 'vm', NULL, '["*"]', 3, '2026-11-23 08:47:08.381383+00', '2026-11-23 08:47:08.641295+00', NULL, NULL, 0),
	(3, '4ee990bc-d68f-4080-8f93-999dfb2306c7', 'audit-a9dc41cf-40f8-4768-8b01-2b1c17c4df76', 'EVENT', 'SUCCEEDED', 10, 14, '{"metrics":"instance_cpu_usage","threshold":25,"period":300,"granularity":300}', NULL, '[]', false, false, NULL, NULL, NULL, 'vm', NULL, '["*"]', 5, '2026-11-23 08:47:08.619121+00', '2026-11-23 08:47:09.169679+00', NULL, NULL, 0),
	(4, '0e94144e-f4f5-4d4e-9634-e7360f651206', 'audit-0f33406d-4726-48da-b5ad-88567c6ee094', 'ONESHOT', 'PENDING', 3, 3, '{"para1":3.2,"para2":"hello"}', NULL, '[]', false, false, NULL, NULL, NULL, NULL, NULL, '["*"]', 1, '2026-11-23 08:47:10.462727+00', NULL, NULL, NULL, 0);






INSERT INTO public.broker_mark (name, value) VALUES
	('streams', '{"VIGIL_EVENTS":"2026-11-23T08:46:23.189044868Z","KV_vigil_audits":"2026-11-23T08:46:23.257084538Z","KV_vigil_heads":"2026-11-23T08:46:23.309129738Z","OBJ_vigil_models":"2026-11-23T08:46:23.364726804Z"}'),
	('count', '2'),
	('position', '2026-11-23T08:46:23.189044868Z 3');



INSERT INTO public.catalogue (id, hash, created_at) VALUES
	(1, 'a5647bc88cae9f6805ca21f0f2b0dd1748a82a2151f9152624b527808959be6f', '2026-11-23 08:46:31.423938+00');






INSERT INTO public.efficacy_indicator (id, uuid, action_plan_id, name, description, unit, value, created_at, updated_at, deleted_at) VALUES
	(1, '0fbfd7b5-aa14-5f28-bfcf-67342a56924b', 3, 'instance_migrations_count', 'The number of VM migrations to be performed.', NULL, 0, '2026-11-23 08:47:08.869773+00', NULL, NULL),
	(2, '40e708af-ad88-55b3-8d8e-d778712ae164', 3, 'instances_count', 'The total number of audited instances in strategy.', NULL, 24, '2026-11-23 08:47:08.870034+00', NULL, NULL),
	(3, '535a5982-78f1-54a4-aa65-8655c9e717d8', 4, 'instance_migrations_count', 'The number of VM migrations to be performed.', NULL, 0, '2026-11-23 08:47:09.165083+00', NULL, NULL),
	(4, '255bafd0-dc3f-55af-a8f3-11714b5f5eb7', 4, 'instances_count', 'The total number of audited instances in strategy.', NULL, 24, '2026-11-23 08:47:09.165209+00', NULL, NULL);



INSERT INTO public.event (id, event_id, audit_id, fate, reason, run_id, duplicate_of, occurrence_key, base_hash, exact, request_id, format, body_parse, current, body, sender, audit_ident, stream_sequence, stream_time, received_at, arrived_at, replay_of) VALUES
	(1, '9496c536-5221-82f0-b3ab-b414cba0011c', 3, 'DONE', NULL, 3, NULL, '9496c536522192f033abb414cba0011cf7ec0d5da771ffeef800dd18dae1b80b', '42ac43063ed93f2bb4a9a0076c74258e92ac358eb833a2015fc7c530d437e432', false, '', 'aodh', 'ok', 'alarm', '\x7b2263757272656e74223a22616c61726d222c22616c61726d5f6964223a2261227d', '{"user_id": "dd0996256ad7599b43708402813aa002", "project_id": "b855847c2421a1ce287c7e6654fe6325", "remote_address": "127.0.0.1"}', '4ee990bc-d68f-4080-8f93-999dfb2306c7', 1, '2026-11-23 08:47:08.745+00', '2026-11-23 08:47:08.742+00', '2026-11-23 08:47:08.769678+00', NULL),
	(2, '34e60117-aa6d-81d1-aa59-60c3a640f742', 3, 'DONE', NULL, 4, NULL, '34e60117aa6d31d1aa5960c3a640f74297d60a8b284acfba1e74275ddee708b9', '34e60117aa6d31d1aa5960c3a640f74297d60a8b284acfba1e74275ddee708b9', true, '', 'generic', 'ok', 'alarm', '\x7b2263757272656e74223a226f6b227d', '{"user_id": "dd0996256ad7599b43708402813aa002", "project_id": "b855847c2421a1ce287c7e6654fe6325", "remote_address": "127.0.0.1"}', '4ee990bc-d68f-4080-8f93-999dfb2306c7', 2, '2026-11-23 08:47:08.765+00', '2026-11-23 08:47:08.764+00', '2026-11-23 08:47:08.850261+00', NULL),
	(3, 'c9e1c4f0-58e3-8b74-b857-707d20c6103c', 3, 'DONE', NULL, 4, NULL, 'c9e1c4f058e30b747857707d20c6103c5b7cd8c797f6832f172a6577d088b6cf', 'c9e1c4f058e30b747857707d20c6103c5b7cd8c797f6832f172a6577d088b6cf', true, '', 'generic', 'ok', 'alarm', '\x7b7d', '{"user_id": "dd0996256ad7599b43708402813aa002", "project_id": "b855847c2421a1ce287c7e6654fe6325", "remote_address": "127.0.0.1"}', '4ee990bc-d68f-4080-8f93-999dfb2306c7', 3, '2026-11-23 08:47:08.792+00', '2026-11-23 08:47:08.784+00', '2026-11-23 08:47:08.850414+00', NULL);



INSERT INTO public.goal (id, uuid, name, display_name, efficacy_specification, created_at, updated_at, deleted_at) VALUES
	(1, '0266e635-9bb1-4287-a886-b3379b109ab1', 'airflow_optimization', 'Airflow Optimization', '[]', '2026-11-23 08:46:31.430178+00', NULL, NULL),
	(2, 'e5e370f9-daa8-49b1-8c03-18195f235fb3', 'cluster_maintaining', 'Cluster Maintaining', '[]', '2026-11-23 08:46:31.430318+00', NULL, NULL),
	(3, '939ded8a-106d-4bd9-b022-e9f10ff8a88e', 'dummy', 'Dummy goal', '[]', '2026-11-23 08:46:31.430325+00', NULL, NULL),
	(4, '7e72a25a-e593-4f83-99db-78e8af5a7ca2', 'hardware_maintenance', 'Hardware Maintenance', '[{"name": "live_migrate_instance_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of instances actually live migrated."}, {"name": "planned_live_migrate_instance_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of instances planned to live migrate."}, {"name": "cold_migrate_instance_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of instances actually cold migrated."}, {"name": "planned_cold_migrate_instance_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of instances planned to cold migrate."}, {"name": "volume_migrate_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of detached volumes actually migrated."}, {"name": "planned_volume_migrate_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of detached volumes planned to migrate."}, {"name": "volume_update_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of attached volumes actually migrated."}, {"name": "planned_volume_update_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of attached volumes planned to migrate."}]', '2026-11-23 08:46:31.43033+00', NULL, NULL),
	(5, '0975fbb1-83b2-4050-868a-450a4424d5c9', 'noisy_neighbor', 'Noisy Neighbor', '[]', '2026-11-23 08:46:31.430334+00', NULL, NULL),
	(6, '2d3b0d78-0dd2-40aa-848a-d248d0b88df3', 'saving_energy', 'Saving Energy', '[]', '2026-11-23 08:46:31.430341+00', NULL, NULL),
	(7, '95c7d916-bf14-4222-90d2-753221886350', 'server_consolidation', 'Server Consolidation', '[{"name": "compute_nodes_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The total number of enabled compute nodes."}, {"name": "released_compute_nodes_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of compute nodes to be released."}, {"name": "instance_migrations_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of VM migrations to be performed."}]', '2026-11-23 08:46:31.430344+00', NULL, NULL),
	(8, '7ae68da5-f710-4ca8-bc46-f5865eda13f5', 'thermal_optimization', 'Thermal Optimization', '[]', '2026-11-23 08:46:31.430348+00', NULL, NULL),
	(9, '43a7c88d-8ab3-45bf-953e-4b5426abcb53', 'unclassified', 'Unclassified', '[]', '2026-11-23 08:46:31.430351+00', NULL, NULL),
	(10, 'b4689cdc-b82e-4194-8692-d519b967052d', 'workload_balancing', 'Workload Balancing', '[{"name": "instance_migrations_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The number of VM migrations to be performed."}, {"name": "instances_count", "unit": null, "schema": "{\"type\":\"integer\",\"minimum\":0}", "description": "The total number of audited instances in strategy."}, {"name": "standard_deviation_after_audit", "unit": null, "schema": "{\"type\":\"number\",\"minimum\":0}", "description": "The value of resulted standard deviation."}, {"name": "standard_deviation_before_audit", "unit": null, "schema": "{\"type\":\"number\",\"minimum\":0}", "description": "The value of original standard deviation."}]', '2026-11-23 08:46:31.430355+00', NULL, NULL);



INSERT INTO public.mikro_orm_migrations (id, name, executed_at) VALUES
	(1, '0001_init', '2026-11-23 08:46:28.64141+00'),
	(2, '0002_replay', '2026-11-23 08:46:28.64141+00'),
	(3, '0003_lives', '2026-11-23 08:46:28.64141+00'),
	(4, '0004_guarantees', '2026-11-23 08:46:28.64141+00'),
	(5, '0005_outages', '2026-11-23 08:46:28.64141+00');



INSERT INTO public.model_chunk (snapshot_id, n, bytes) VALUES
	(1, 0, '\x564947494c4d444c0d0c0b0a01000000100c0000000000007b2274616b656e4174223a6e756c6c2c22636f756e7473223a7b226e6f646573223a362c22696e7374616e636573223a32342c2261676772656761746573223a312c227465787473223a36377d2c22626f64794279746573223a333937362c22636f6c756d6e73223a5b7b226e616d65223a22746578742e7374617274222c2274797065223a22753332222c226c656e677468223a36382c226f6666736574223a307d2c7b226e616d65223a22746578742e6279746573222c2274797065223a227538222c226c656e677468223a313334322c226f6666736574223a3237327d2c7b226e616d65223a226e6f64652e75756964222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a313631367d2c7b226e616d65223a226e6f64652e686f73746e616d65222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a313634307d2c7b226e616d65223a226e6f64652e64697361626c6564526561736f6e222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a313636347d2c7b226e616d65223a226e6f64652e7a6f6e65222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a313638387d2c7b226e616d65223a22696e7374616e63652e75756964222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a313731327d2c7b226e616d65223a22696e7374616e63652e6e616d65222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a313830387d2c7b226e616d65223a22696e7374616e63652e7374617465222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a313930347d2c7b226e616d65223a22696e7374616e63652e70726f6a6563744964222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323030307d2c7b226e616d65223a22696e7374616e63652e686f7374222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323039367d2c7b226e616d65223a22696e7374616e63652e68797065727669736f72486f73746e616d65222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323139327d2c7b226e616d65223a22696e7374616e63652e63726561746564222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323238387d2c7b226e616d65223a22696e7374616e63652e70696e6e6564417a222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323338347d2c7b226e616d65223a22696e7374616e63652e6d65746164617461222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323438307d2c7b226e616d65223a22696e7374616e63652e666c61766f7245787472615370656373222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a323537367d2c7b226e616d65223a226167677265676174652e6e616d65222c2274797065223a22753332222c226c656e677468223a312c226f6666736574223a323637327d2c7b226e616d65223a226167677265676174652e7a6f6e65222c2274797065223a22753332222c226c656e677468223a312c226f6666736574223a323638307d2c7b226e616d65223a226167677265676174652e686f737473222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323638387d2c7b226e616d65223a226e6f64652e656e61626c6564222c2274797065223a227538222c226c656e677468223a362c226f6666736574223a323731327d2c7b226e616d65223a226e6f64652e7570222c2274797065223a227538222c226c656e677468223a362c226f6666736574223a323732307d2c7b226e616d65223a226e6f64652e7663707573222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323732387d2c7b226e616d65223a226e6f64652e76637075735265736572766564222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323735327d2c7b226e616d65223a226e6f64652e76637075526174696f222c2274797065223a22663634222c226c656e677468223a362c226f6666736574223a323737367d2c7b226e616d65223a226e6f64652e6d656d6f72794d6942222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323832347d2c7b226e616d65223a226e6f64652e6d656d6f727952657365727665644d6942222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323834387d2c7b226e616d65223a226e6f64652e6d656d6f7279526174696f222c2274797065223a22663634222c226c656e677468223a362c226f6666736574223a323837327d2c7b226e616d65223a226e6f64652e6469736b4762222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323932307d2c7b226e616d65223a226e6f64652e6469736b52657365727665644762222c2274797065223a22753332222c226c656e677468223a362c226f6666736574223a323934347d2c7b226e616d65223a226e6f64652e6469736b526174696f222c2274797065223a22663634222c226c656e677468223a362c226f6666736574223a323936387d2c7b226e616d65223a22696e7374616e63652e7663707573222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a333031367d2c7b226e616d65223a22696e7374616e63652e6d656d6f72794d6942222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a333131327d2c7b226e616d65223a22696e7374616e63652e6469736b4762222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a333230387d2c7b226e616d65223a22696e7374616e63652e6c6f636b6564222c2274797065223a227538222c226c656e677468223a32342c226f6666736574223a333330347d2c7b226e616d65223a22696e7374616e63652e776174636865724578636c756465222c2274797065223a227538222c226c656e677468223a32342c226f6666736574223a333332387d2c7b226e616d65223a226167677265676174652e6964222c2274797065223a22753332222c226c656e677468223a312c226f6666736574223a333335327d2c7b226e616d65223a22696e7374616e63652e6e6f6465222c2274797065223a22693332222c226c656e677468223a32342c226f6666736574223a333336307d2c7b226e616d65223a226e6f64652e696e7374616e63655374617274222c2274797065223a22753332222c226c656e677468223a372c226f6666736574223a333435367d2c7b226e616d65223a226e6f64652e696e7374616e636573222c2274797065223a22753332222c226c656e677468223a32342c226f6666736574223a333438387d2c7b226e616d65223a226167677265676174652e686f73745374617274222c2274797065223a22753332222c226c656e677468223a322c226f6666736574223a333538347d2c7b226e616d65223a226d65747269632e30222c2274797065223a22663634222c226c656e677468223a32342c226f6666736574223a333539327d2c7b226e616d65223a226d65747269632e31222c2274797065223a22663634222c226c656e677468223a32342c226f6666736574223a333738347d5d2c226d657472696373223a5b7b226e616d65223a22696e7374616e63655f6370755f7573616765222c22756e6974223a2270657263656e74222c22616767726567617465223a6e756c6c2c22706572696f6453223a6e756c6c2c226772616e756c617269747953223a6e756c6c2c22636f6c756d6e223a226d65747269632e30227d2c7b226e616d65223a22696e7374616e63655f72616d5f7573616765222c22756e6974223a224d6942222c22616767726567617465223a6e756c6c2c22706572696f6453223a6e756c6c2c226772616e756c617269747953223a6e756c6c2c22636f6c756d6e223a226d65747269632e31227d5d7d200000000024000000480000005c00000080000000a4000000c8000000ec0000000c0100003001000054010000780100009c010000c0010000e4010000080200002c020000500200007402000098020000bc020000c2020000e6020000e9020000ec020000ef02000013030000370300005b0300006803000075030000820300008f0300009c030000a9030000cd030000f103000015040000390400005d04000081040000a5040000c9040000d0040000d4040000d8040000dd040000e2040000e7040000ec040000f1040000f6040000fb04000000050000050500000a0500000e05000013050000180500001d05000022050000260500002a0500002e05000032050000360500003a0500003e05000030323339353065302d316432322d343962332d613566632d33343534613034663634616230336161303536642d613535392d346538392d613131642d326234613438653131326130323032362d30312d30315430303a30303a30305a32313461613138382d336334662d346430322d616635622d64313464636333313236383432616361373136652d376566392d346139392d613565302d37333038376334636536323835383636653536372d646462642d346464392d613064392d64623739653537323638383335636566646437362d336562302d346461632d616139302d333062316533363061616465356630663066316364356261346662653963316131663961326633633464356536363139613830352d316166652d346337302d616530352d64643663643932303261373836623137373362332d663265612d343535322d616461332d61393566376365396261646536633431666630642d313639382d346232342d613938302d32393332613930313036616139313931313537342d393132342d346437372d616331662d31333839393135616235386239333235313239342d366165352d343737662d616538362d30353735383966353062303239396364366362332d326536662d346136312d616163312d30636333356230333034653561303866663439622d366637372d343633322d613136632d34333036396334336138633361363835626562312d353432382d343135362d616133302d61386663363739613161353461373333643233392d306563642d343465332d613162622d34623865343435626161306561376638393262322d383433362d343036302d613234372d64386635353834363937373161393530633361652d343666642d346331382d613231332d36383266353037333530616661636431653835642d383535642d346433652d616232342d35623538373562626631663461637469766561663064653064382d393531312d343630382d616164372d633136623364633132623063616c6c617a31617a3262376366336332352d363332622d343234302d616433662d62363461666562656465313063383365303130362d646134352d343639372d616262302d37363664623366626532663063616630623032382d333964352d343130382d616135302d396464373132313831383863636f6d707574652d3030303031636f6d707574652d3030303032636f6d707574652d3030303033636f6d707574652d3030303034636f6d707574652d3030303035636f6d707574652d303030303664346538656232612d663266322d343136352d613838312d63643432346534326138353165346564616133362d343334652d343235312d616336332d32643465383661353338636365353961316465372d653035662d343363372d613161342d38343338313332643263633265636235656337352d636665312d343736322d613733382d66383066386130636363656565646137393633322d666130392d343232662d613037352d66613730613063663261653966366134633762392d616334352d346261362d616130612d66623632633564336332613066613837303633382d303835382d343234342d616139312d36326338333730323539663666623161343736662d383666312d346366312d613466322d31393161343035356263386273746f70706564766d2d30766d2d31766d2d3130766d2d3131766d2d3132766d2d3133766d2d3134766d2d3135766d2d3136766d2d3137766d2d3138766d2d3139766d2d32766d2d3230766d2d3231766d2d3232766d2d3233766d2d33766d2d34766d2d35766d2d36766d2d37766d2d38766d2d3900000e00000019000000220000000300000023000000010000001c0000001d0000001e0000001f0000002000000021000000ffffffffffffffffffffffffffffffffffffffffffffffff1700000018000000170000001800000017000000180000000a00000015000000260000000d000000040000002800000008000000130000000f00000006000000120000001a0000000b000000250000001100000000000000290000002700000009000000100000000c0000001b00000005000000240000002b0000002c000000370000003c0000003d0000003e0000003f0000004000000041000000420000002d0000002e0000002f0000003000000031000000320000003300000034000000350000003600000038000000390000003a0000003b000000140000002a00000014000000140000001400000014000000140000001400000014000000140000002a000000140000002a0000001400000014000000140000002a00000014000000140000001400000014000000140000001400000014000000070000000700000007000000070000000700000007000000070000000700000007000000070000000700000007000000070000000700000007000000070000000700000007000000070000000700000007000000070000000700000007000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000020000000200000002000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff160000000000000017000000000000001c0000001d0000001e0000001f000000200000002100000001010101010100000101010101010000400000004000000040000000400000004000000040000000000000000000000000000000000000000000000000000000000000000000104000000000000010400000000000001040000000000000104000000000000010400000000000001040000008000000080000000800000008000000080000000800001000000010000000100000001000000010000000100000000000000000f03f000000000000f03f000000000000f03f000000000000f03f000000000000f03f000000000000f03f401f0000401f0000401f0000401f0000401f0000401f0000000000000000000000000000000000000000000000000000000000000000f03f000000000000f03f000000000000f03f000000000000f03f000000000000f03f000000000000f03f02000000020000000200000002000000040000000200000002000000010000000200000004000000040000000100000001000000020000000100000002000000040000000100000001000000040000000100000004000000040000000200000000100000001000000010000000100000002000000010000000100000000800000010000000200000002000000008000000080000001000000008000000100000002000000008000000080000002000000008000000200000002000000010000028000000280000002800000028000000500000002800000028000000140000002800000050000000500000001400000014000000280000001400000028000000500000001400000014000000500000001400000050000000500000002800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000000000000000000001000000020000000300000004000000050000000000000001000000020000000300000004000000050000000000000001000000020000000300000004000000050000000000000001000000020000000300000004000000050000000000000004000000080000000c0000001000000014000000180000000000000000000000060000000c0000001200000001000000070000000d0000001300000002000000080000000e0000001400000003000000090000000f00000015000000040000000a0000001000000016000000050000000b000000110000001700000000000000060000006666666666465840000000000000f87f000000000000f03f0000000000002e409a999999999919403333333333332e40cdcccccccc0c5240333333333333274000000000000021400000000000001a40000000000000f87f6666666666662640000000000000f87f666666666666254033333333333322403333333333330740000000000000f87f333333333333114066666666666657409a99999999992640000000000000334000000000008030406666666666661c406666666666662a40000000000000a040000000000000f87f000000000000a040000000000000a040000000000000b040000000000000a040000000000000a0400000000000009040000000000000a040000000000000b040000000000000f87f0000000000009040000000000000f87f000000000000a0400000000000009040000000000000a040000000000000f87f00000000000090400000000000009040000000000000b0400000000000009040000000000000b040000000000000b040000000000000a040');



INSERT INTO public.model_head (kind, hash, imported_at, details) VALUES
	('compute', '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', '2026-11-23T08:47:07.872Z', '{"fileName":null,"nodes":6,"instances":24}');



INSERT INTO public.model_snapshot (id, hash, size, created_at, headed_at) VALUES
	(1, '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', 7088, '2026-11-23 08:47:08.167372+00', '2026-11-23 08:47:08.310275+00');






INSERT INTO public.run (id, run_id, audit_id, state, cause, attempts, token, worker_id, heartbeat, seed, due_at, lease_answer, snapshot_hash, strategy_name, strategy_version, error, compute_ms, explanation, created_at, started_at, finished_at, goal_name, audit_type, parameters, scope, history, options, blocked_by, is_suspect, failures, claim_id) VALUES
	(1, 'b16ffd0d-3aa1-423d-bd55-c417b2563ef5', 1, 'SUCCEEDED', 'ONESHOT', 1, 1, 'vm:19994:3e977f59', 1, 3188665572, '2026-11-23 08:47:08.131227+00', '{"token": "1", "outcome": "RECORDED", "actionPlanUuid": "53647d56-9c69-5c10-a3d8-7689b0ad88f5"}', '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', 'actuator', '1', NULL, 0.4354349999994156, '{"summary":"The given actions, in the given order; nothing judges them.","actions":{"given":1,"planned":1}}', '2026-11-23 08:47:08.131284+00', '2026-11-23 08:47:08.17367+00', '2026-11-23 08:47:08.577896+00', 'unclassified', 'ONESHOT', '{"actions":[{"action_type":"nop","input_parameters":{"message":"finished"}}]}', '[]', NULL, '{"required_coverage":0.8,"strategy_parity":false,"check_optimize_metadata":false,"ex_pools":["local_vstorage"],"weight_planner":{"weights":null,"parallelization":null},"workload_stabilization_planner":{"weights":null}}', NULL, false, NULL, '6ca42d6f-965d-4d68-8350-cd0349fcf7ea'),
	(2, 'b183e39f-6c6a-4713-a738-83f38cbe2250', 2, 'SUCCEEDED', 'ONESHOT', 1, 1, 'vm:19994:3e977f59', 0, 1360628595, '2026-11-23 08:47:08.385474+00', '{"token": "1", "outcome": "RECORDED", "actionPlanUuid": "1cf6d674-166e-5922-b0a5-445a56e13b8d"}', '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', 'actuator', '1', NULL, 0.37894100000266917, '{"summary":"The given actions, in the given order; nothing judges them.","actions":{"given":1,"planned":1}}', '2026-11-23 08:47:08.385526+00', '2026-11-23 08:47:08.503291+00', '2026-11-23 08:47:08.641469+00', 'unclassified', 'ONESHOT', '{"actions":[{"action_type":"nop","input_parameters":{"message":"started"}}]}', '[]', NULL, '{"required_coverage":0.8,"strategy_parity":false,"check_optimize_metadata":false,"ex_pools":["local_vstorage"],"weight_planner":{"weights":null,"parallelization":null},"workload_stabilization_planner":{"weights":null}}', NULL, false, NULL, '9f233c7e-8ba7-4dc8-af62-105fb5383f44'),
	(3, '50319173-02b3-459e-9cd6-931b9f9c5be6', 3, 'SUCCEEDED', 'EVENT', 1, 1, 'vm:19994:3e977f59', 0, 2558149613, '2026-11-23 08:47:08.769453+00', '{"token": "1", "outcome": "RECORDED", "actionPlanUuid": "2d3802c3-ef96-5434-b38d-ab29ca219c9d"}', '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', 'workload_balance', '1', NULL, 0.9167089999973541, '{"summary":"No node reaches the threshold.","coverage":{"wanted":24,"present":20,"ratio":0.8333333333333334,"required":0.8},"nodes":{"hot":0,"cool":6,"withoutSamples":0,"withoutResource":0},"averageLoad":1.3523333333333332}', '2026-11-23 08:47:08.769472+00', '2026-11-23 08:47:08.769453+00', '2026-11-23 08:47:08.909775+00', 'workload_balancing', 'EVENT', '{"metrics":"instance_cpu_usage","threshold":25,"period":300,"granularity":300}', '[]', NULL, '{"required_coverage":0.8,"strategy_parity":false,"check_optimize_metadata":false,"ex_pools":["local_vstorage"],"weight_planner":{"weights":null,"parallelization":null},"workload_stabilization_planner":{"weights":null}}', NULL, false, NULL, NULL),
	(4, 'dff229e9-9b40-4de1-8b8b-0adc79c4a37c', 3, 'SUCCEEDED', 'EVENT', 1, 1, 'vm:19994:3e977f59', 1, 3127259764, '2026-11-23 08:47:08.924094+00', '{"token": "1", "outcome": "RECORDED", "actionPlanUuid": "8cd61766-e551-50aa-97d7-51d52448186a"}', '55752c2135b2f99c077245d3e46b3ab838021d8ee8a4869276700a2d2d452947', 'workload_balance', '1', NULL, 0.4047800000043935, '{"summary":"No node reaches the threshold.","coverage":{"wanted":24,"present":20,"ratio":0.8333333333333334,"required":0.8},"nodes":{"hot":0,"cool":6,"withoutSamples":0,"withoutResource":0},"averageLoad":1.3523333333333332}', '2026-11-23 08:47:08.924156+00', '2026-11-23 08:47:09.019383+00', '2026-11-23 08:47:09.169776+00', 'workload_balancing', 'EVENT', '{"metrics":"instance_cpu_usage","threshold":25,"period":300,"granularity":300}', '[]', NULL, '{"required_coverage":0.8,"strategy_parity":false,"check_optimize_metadata":false,"ex_pools":["local_vstorage"],"weight_planner":{"weights":null,"parallelization":null},"workload_stabilization_planner":{"weights":null}}', NULL, false, NULL, '5f556a07-9602-48f3-b846-d11742af6fac'),
	(5, '0300cc1a-48ce-48d8-967f-6890b2721fbf', 4, 'DUE', 'ONESHOT', 0, 0, NULL, 0, 272968604, '2026-11-23 08:47:10.481595+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-23 08:47:10.481675+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL);



INSERT INTO public.scoring_engine (id, uuid, name, description, metainfo, created_at, updated_at, deleted_at) VALUES
	(1, '31d58bee-fd2e-4c11-8b7b-a398cb1da9c4', 'dummy_avg_scorer', 'Dummy Scorer calculating the average value', '', '2026-11-23 08:46:31.484636+00', NULL, NULL),
	(2, 'acf901cd-f0a9-4b24-a218-100d2a599818', 'dummy_max_scorer', 'Dummy Scorer calculating the maximum value', '', '2026-11-23 08:46:31.48479+00', NULL, NULL),
	(3, '7ffe66e7-02c0-4b0f-987d-daa7096f8a2b', 'dummy_min_scorer', 'Dummy Scorer calculating the minimum value', '', '2026-11-23 08:46:31.4848+00', NULL, NULL),
	(4, '056cde4b-3f0a-4391-9823-05d46b75c562', 'dummy_scorer', 'Dummy workload classifier', '{"feature_columns":["proc-processor-time-%","mem-total-bytes","mem-avail-bytes","mem-page-reads/sec","mem-page-writes/sec","disk-read-bytes/sec","disk-write-bytes/sec","net-bytes-received/sec","net-bytes-sent/sec"],"result_columns":["workload","idle-probability","cpu-probability","memory-probability","disk-probability"],"workloads":["idle","cpu-intensive","memory-intensive","disk-intensive"]}', '2026-11-23 08:46:31.484804+00', NULL, NULL);



INSERT INTO public.service (id, name, host, last_seen_up, created_at, updated_at, deleted_at) VALUES
	(1, 'watcher-decision-engine', 'vm', '2026-11-23 08:46:55.104073+00', '2026-11-23 08:46:55.104116+00', NULL, NULL),
	(2, 'watcher-applier', 'vm', '2026-11-23 08:46:55.269924+00', '2026-11-23 08:46:55.269975+00', NULL, NULL);



INSERT INTO public.strategy (id, uuid, name, display_name, goal_id, parameters_spec, created_at, updated_at, deleted_at) VALUES
	(1, '311305e0-5871-4f7c-b5b9-91c1ae3387a8', 'actuator', 'Actuator', 9, '{"type": "object", "required": ["actions"], "properties": {"actions": {"type": "array", "items": {"type": "object", "required": ["action_type", "input_parameters"], "properties": {"action_type": {"type": "string", "description": "Type of the action: one that the planner has a weight for."}, "resource_id": {"type": "string", "description": "Id of what it acts on; becomes the input parameter resource_id."}, "input_parameters": {"type": "object", "description": "What the action''s type asks for, resource_id left out."}}}, "description": "What the plan is to hold, in this order; equal actions are planned once."}}}', '2026-11-23 08:46:31.446335+00', NULL, NULL),
	(2, '37bc150f-b6b4-4e2b-9102-6776b950c2d7', 'basic', 'Basic offline consolidation', 7, '{"properties": {"period": {"type": "number", "default": 7200, "description": "Seconds back from now over which samples are aggregated."}, "granularity": {"type": "number", "default": 300, "description": "Seconds between two measures of the metric''s series."}, "aggregation_method": {"type": "object", "default": {"node": "", "instance": "mean", "compute_node": "mean"}, "properties": {"node": {"type": "string", "default": "", "description": "Deprecated alias of compute_node; replaces it unless empty."}, "instance": {"type": "string", "default": "mean", "description": "For instances: mean, min, max, ..."}, "compute_node": {"type": "string", "default": "mean", "description": "For compute nodes: mean, min, max, ..."}}, "description": "How the samples of the period become one value, for instances and for compute nodes."}, "migration_attempts": {"type": "number", "default": 0, "description": "Hosts in a row that may turn out not to be emptiable before the search ends; 0: no limit."}}}', '2026-11-23 08:46:31.446512+00', NULL, NULL),
	(3, 'd61a7fa7-2566-425b-83c3-19d74e8010fb', 'dummy', 'Dummy strategy', 3, '{"properties": {"para1": {"type": "number", "default": 3.2, "maximum": 10.2, "minimum": 1, "description": "Seconds that the sleep action waits."}, "para2": {"type": "string", "default": "hello", "description": "Message of the second nop action."}}}', '2026-11-23 08:46:31.446521+00', NULL, NULL),
	(4, 'c2f31ab7-c291-45c9-a9b3-2bfb0dc3dd6b', 'dummy_with_resize', 'Dummy strategy with resize', 3, '{"properties": {"para1": {"type": "number", "default": 3.2, "maximum": 10.2, "minimum": 1, "description": "Seconds that the sleep action waits."}, "para2": {"type": "string", "default": "hello", "description": "Message of the second nop action."}}}', '2026-11-23 08:46:31.446525+00', NULL, NULL),
	(5, '32156513-cb2e-411d-a205-7028b7c347f8', 'dummy_with_scorer', 'Dummy Strategy using sample Scoring Engines', 3, '{"properties": {"param1": {"type": "number", "default": 3.2, "maximum": 10.2, "minimum": 1, "description": "A number, to show how one is given; nothing depends on it."}, "param2": {"type": "string", "default": "hello", "description": "A text, to show how one is given; nothing depends on it."}}}', '2026-11-23 08:46:31.446529+00', NULL, NULL),
	(6, '446a5f26-311f-49c2-803d-41603a0e0fdf', 'host_maintenance', 'Host Maintenance Strategy', 2, '{"type": "object", "required": ["maintenance_node"], "properties": {"backup_node": {"type": "string", "description": "Hostname of the compute node that takes all instances, if it has room for all."}, "maintenance_node": {"type": "string", "description": "Hostname of the compute node to be emptied."}, "disable_cold_migration": {"type": "boolean", "default": false, "description": "No instance is cold migrated; with live migration disabled too, active ones are stopped."}, "disable_live_migration": {"type": "boolean", "default": false, "description": "Active instances are not live migrated."}}}', '2026-11-23 08:46:31.446533+00', NULL, NULL),
	(7, '15e93b6d-ce92-4592-b2ae-42c486d45d6a', 'node_resource_consolidation', 'Node Resource Consolidation strategy', 7, '{"properties": {"host_choice": {"type": "string", "default": "auto", "description": "Who names the destinations: auto leaves them to Nova''s scheduler, anything else (specify) names them here."}}}', '2026-11-23 08:46:31.44654+00', NULL, NULL),
	(8, 'd63f1bf4-a8a9-4e04-bf79-6a6b80ca8cb8', 'noisy_neighbor', 'Noisy Neighbor', 5, '{"properties": {"period": {"type": "number", "default": 100, "description": "Seconds back from now over which samples are aggregated; the period before it is as long."}, "cache_threshold": {"type": "number", "default": 35, "description": "Change of an instance''s L3 cache use between two periods, in percent, from which on it counts: falling by more makes a victim, rising by more a noisy neighbor."}}}', '2026-11-23 08:46:31.446543+00', NULL, NULL),
	(9, '9c5092b6-187d-408c-bdfb-4ad2aeb766f5', 'outlet_temperature', 'Outlet temperature based strategy', 8, '{"properties": {"period": {"type": "number", "default": 30, "description": "Seconds back from now over which samples are aggregated."}, "threshold": {"type": "number", "default": 35, "description": "Outlet temperature of a node in degrees Celsius from which on it is hot."}, "granularity": {"type": "number", "default": 300, "description": "Seconds between two measures of the metric''s series."}}}', '2026-11-23 08:46:31.446547+00', NULL, NULL),
	(10, 'a9526da8-4cd4-4983-9d0e-dbd084127e5b', 'saving_energy', 'Saving Energy Strategy', 6, '{"properties": {"free_used_percent": {"type": "number", "default": 10, "description": "Free hosts to keep powered on, in percent of the hosts that carry servers."}, "min_free_hosts_num": {"type": "number", "default": 1, "description": "Free hosts to keep powered on whatever the percentage comes to."}}}', '2026-11-23 08:46:31.44655+00', NULL, NULL),
	(11, '9825c662-9097-4f6b-8097-59112902d523', 'storage_capacity_balance', 'Storage Capacity Balance Strategy', 10, '{"properties": {"volume_threshold": {"type": "number", "default": 80, "description": "Use of a pool, in percent of its capacity, from which on volumes have to leave it."}}}', '2026-11-23 08:46:31.446554+00', NULL, NULL),
	(12, '28f96033-7c8c-4591-8139-00ec04d4d593', 'uniform_airflow', 'Uniform airflow migration strategy', 1, '{"properties": {"period": {"type": "number", "default": 300, "description": "Seconds back from now over which samples are aggregated."}, "granularity": {"type": "number", "default": 300, "description": "Seconds between two measures of the metrics'' series."}, "threshold_power": {"type": "number", "default": 350, "description": "Power in watts; a hot node that draws less has other trouble than a high load."}, "threshold_airflow": {"type": "number", "default": 400, "description": "Airflow of a node, in tenths of a cubic foot per minute, from which on it is hot."}, "threshold_inlet_t": {"type": "number", "default": 28, "description": "Inlet temperature in degrees Celsius; a hot node below it has other trouble than warm air."}}}', '2026-11-23 08:46:31.44656+00', NULL, NULL),
	(13, 'cdce805f-7100-4011-b352-436eb2be0880', 'vm_workload_consolidation', 'VM Workload Consolidation Strategy', 7, '{"properties": {"period": {"type": "number", "default": 3600, "description": "Seconds back from now over which samples are aggregated."}, "granularity": {"type": "number", "default": 300, "description": "Seconds between two measures of the metric''s series."}}}', '2026-11-23 08:46:31.446563+00', NULL, NULL),
	(14, '4c9c48c9-a91c-46e3-80f9-0139a51e2327', 'workload_balance', 'Workload Balance Migration Strategy', 10, '{"properties": {"period": {"type": "number", "default": 300, "description": "Seconds back from now over which samples are aggregated."}, "metrics": {"type": "string", "choice": ["instance_cpu_usage", "instance_ram_usage"], "default": "instance_cpu_usage", "description": "Which use of its instances makes a node hot: CPU or memory."}, "threshold": {"type": "number", "default": 25, "description": "Use of a node, in percent of all it has, from which on it is hot."}, "granularity": {"type": "number", "default": 300, "description": "Seconds between two measures of the metric''s series."}}}', '2026-11-23 08:46:31.446567+00', NULL, NULL),
	(15, 'de58daa0-ac13-48b9-aa78-7cfafbe57bde', 'workload_stabilization', 'Workload stabilization', 10, '{"properties": {"metrics": {"type": "array", "items": {"enum": ["instance_cpu_usage", "instance_ram_usage"], "type": "string"}, "default": ["instance_cpu_usage"], "description": "Which use of its instances makes up a host''s load: CPU, memory or both."}, "periods": {"type": "object", "default": {"node": 0, "instance": 720, "compute_node": 600}, "properties": {"node": {"type": "integer", "default": 0, "minimum": 0, "description": "Deprecated name of compute_node; other than 0, it replaces it."}, "instance": {"type": "integer", "default": 720, "minimum": 0, "description": "For instance metrics."}, "compute_node": {"type": "integer", "default": 600, "minimum": 0, "description": "For host metrics."}}, "description": "Seconds back from now over which samples are aggregated."}, "weights": {"type": "object", "default": {"instance_cpu_usage_weight": 1, "instance_ram_usage_weight": 1}, "properties": {"instance_cpu_usage_weight": {"type": "number", "maximum": 1, "minimum": 0, "description": "Weight of CPU."}, "instance_ram_usage_weight": {"type": "number", "maximum": 1, "minimum": 0, "description": "Weight of memory."}}, "description": "Weight, 0..1, of each metric''s standard deviation in the sum that moves must lower. An object that leaves out a metric in use fails the audit."}, "thresholds": {"type": "object", "default": {"instance_cpu_usage": 0.1, "instance_ram_usage": 0.1}, "properties": {"instance_cpu_usage": {"type": "number", "default": 0.1, "maximum": 1, "minimum": 0, "description": "Of the share of vCPUs in use."}, "instance_ram_usage": {"type": "number", "default": 0.1, "maximum": 1, "minimum": 0, "description": "Of the share of memory in use."}}, "description": "Standard deviation of the hosts'' load, 0..1, per metric: above it a plan is made, below it the plan ends."}, "granularity": {"type": "number", "default": 300, "minimum": 0, "description": "Seconds between two measures of the metric''s series."}, "host_choice": {"enum": ["retry", "cycle", "fullsearch"], "type": "string", "default": "retry", "description": "Which hosts are tried for an instance: retry a few at random, cycle the next one of all in turn, fullsearch all."}, "retry_count": {"type": "number", "default": 1, "minimum": 1, "description": "Hosts that retry tries per instance; more than there are: all of them."}, "instance_metrics": {"type": "object", "default": {"instance_cpu_usage": "host_cpu_usage", "instance_ram_usage": "host_ram_usage"}, "description": "The host metric that an instance metric adds to."}, "aggregation_method": {"type": "object", "default": {"node": "", "instance": "mean", "compute_node": "mean"}, "properties": {"node": {"type": "string", "default": "", "description": "Deprecated name of compute_node; other than empty, it replaces it."}, "instance": {"type": "string", "default": "mean", "description": "For instance metrics."}, "compute_node": {"type": "string", "default": "mean", "description": "For host metrics."}}, "description": "How samples of the period become one value."}}}', '2026-11-23 08:46:31.44724+00', NULL, NULL),
	(16, '76c1f466-d5b4-4508-b753-6d6bb2dda4dd', 'zone_migration', 'Zone migration', 4, '{"type": "object", "properties": {"priority": {"type": "object", "properties": {"compute": {"enum": ["vcpu_num", "mem_size", "disk_size", "created_at"], "type": "string", "description": "Instances with the most vCPUs, memory or disk first, or the oldest first."}, "project": {"type": "array", "items": {"type": "string"}, "description": "Project ids: their instances and volumes go first."}, "storage": {"enum": ["size", "created_at"], "type": "string", "description": "The largest volumes first, or the oldest."}, "compute_node": {"type": "array", "items": {"type": "string"}, "description": "Hostnames: instances on these nodes go first."}, "storage_pool": {"type": "array", "items": {"type": "string"}, "description": "Names of pools: volumes in these go first."}}, "description": "What goes first. The first key given is the strongest, and in a list the first value."}, "compute_nodes": {"type": "array", "items": {"type": "object", "required": ["src_node"], "properties": {"dst_node": {"type": "string", "description": "Hostname of the node that takes its instances; without it Nova''s scheduler chooses."}, "src_node": {"type": "string", "description": "Hostname of the node to be left."}}}, "description": "Compute nodes whose instances are to leave; the first entry of a node counts."}, "storage_pools": {"type": "array", "items": {"type": "object", "oneOf": [{"required": ["dst_pool"]}, {"required": ["dst_type"]}], "required": ["src_pool"], "properties": {"dst_pool": {"type": "string", "description": "Name of the pool that takes the volumes."}, "dst_type": {"type": "string", "description": "Type that the volumes get; Cinder chooses the pool."}, "src_pool": {"type": "string", "description": "Name of the pool to be left."}, "src_type": {"type": "string", "description": "Only volumes of this type; without it all of the pool."}}}, "description": "Storage pools whose volumes are to leave, or to change their type."}, "parallel_total": {"type": "integer", "default": 6, "minimum": 0, "description": "Actions that one plan may hold."}, "parallel_per_node": {"type": "integer", "default": 2, "minimum": 0, "description": "Instances that one plan may take from each compute node."}, "parallel_per_pool": {"type": "integer", "default": 2, "minimum": 0, "description": "Volumes that one plan may take from each storage pool."}, "with_attached_volume": {"type": "boolean", "default": false, "description": "An instance that is to leave goes right after the first of its volumes that does."}}}', '2026-11-23 08:46:31.447359+00', NULL, NULL);



SELECT pg_catalog.setval('public.action_id_seq', 2, true);



SELECT pg_catalog.setval('public.action_plan_id_seq', 4, true);



SELECT pg_catalog.setval('public.audit_id_seq', 4, true);



SELECT pg_catalog.setval('public.audit_template_id_seq', 1, false);



SELECT pg_catalog.setval('public.catalogue_id_seq', 1, true);



SELECT pg_catalog.setval('public.dead_letter_id_seq', 1, false);



SELECT pg_catalog.setval('public.efficacy_indicator_id_seq', 4, true);



SELECT pg_catalog.setval('public.event_id_seq', 3, true);



SELECT pg_catalog.setval('public.goal_id_seq', 10, true);



SELECT pg_catalog.setval('public.mikro_orm_migrations_id_seq', 5, true);



SELECT pg_catalog.setval('public.model_snapshot_id_seq', 1, true);



SELECT pg_catalog.setval('public.outbox_id_seq', 30, true);



SELECT pg_catalog.setval('public.run_id_seq', 5, true);



SELECT pg_catalog.setval('public.scoring_engine_id_seq', 4, true);



SELECT pg_catalog.setval('public.service_id_seq', 2, true);



SELECT pg_catalog.setval('public.strategy_id_seq', 16, true);



ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_run_id_unique UNIQUE (run_id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.audit_template
    ADD CONSTRAINT audit_template_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.audit_template
    ADD CONSTRAINT audit_template_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.broker_mark
    ADD CONSTRAINT broker_mark_pkey PRIMARY KEY (name);



ALTER TABLE ONLY public.catalogue
    ADD CONSTRAINT catalogue_hash_unique UNIQUE (hash);



ALTER TABLE ONLY public.catalogue
    ADD CONSTRAINT catalogue_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.efficacy_indicator
    ADD CONSTRAINT efficacy_indicator_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.efficacy_indicator
    ADD CONSTRAINT efficacy_indicator_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_event_id_unique UNIQUE (event_id);



ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_name_unique UNIQUE (name);



ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.mikro_orm_migrations
    ADD CONSTRAINT mikro_orm_migrations_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.model_chunk
    ADD CONSTRAINT model_chunk_pkey PRIMARY KEY (snapshot_id, n);



ALTER TABLE ONLY public.model_head
    ADD CONSTRAINT model_head_pkey PRIMARY KEY (kind);



ALTER TABLE ONLY public.model_snapshot
    ADD CONSTRAINT model_snapshot_hash_unique UNIQUE (hash);



ALTER TABLE ONLY public.model_snapshot
    ADD CONSTRAINT model_snapshot_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_run_id_unique UNIQUE (run_id);



ALTER TABLE ONLY public.scoring_engine
    ADD CONSTRAINT scoring_engine_name_unique UNIQUE (name);



ALTER TABLE ONLY public.scoring_engine
    ADD CONSTRAINT scoring_engine_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.scoring_engine
    ADD CONSTRAINT scoring_engine_uuid_unique UNIQUE (uuid);



ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_name_host_unique UNIQUE (name, host);



ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_name_unique UNIQUE (name);



ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_uuid_unique UNIQUE (uuid);



CREATE INDEX action_action_plan_id_id_index ON public.action USING btree (action_plan_id, id);



CREATE INDEX action_action_type_index ON public.action USING btree (action_type, id) WHERE (deleted_at IS NULL);



CREATE INDEX action_created_at_index ON public.action USING btree (created_at, id) WHERE (deleted_at IS NULL);



CREATE INDEX action_failed_migration_index ON public.action USING btree (action_plan_id) WHERE ((state = 'FAILED'::text) AND (action_type = 'migrate'::text));



CREATE INDEX action_input_parameters_index ON public.action USING btree ("left"((input_parameters)::text, 64), id) WHERE (deleted_at IS NULL);



CREATE INDEX action_parents_index ON public.action USING btree ("left"((parents)::text, 64), id) WHERE (deleted_at IS NULL);



CREATE INDEX action_plan_audit_id_state_index ON public.action_plan USING btree (audit_id, state);



CREATE INDEX action_plan_launched_index ON public.action_plan USING btree (launched_at) WHERE ((state = ANY (ARRAY['RECOMMENDED'::text, 'PENDING'::text])) AND (launched_at IS NOT NULL));



CREATE INDEX action_plan_live_index ON public.action_plan USING btree (id) WHERE (state = ANY (ARRAY['ONGOING'::text, 'CANCELLING'::text]));



CREATE INDEX action_plan_recommended_index ON public.action_plan USING btree (created_at) WHERE (state = 'RECOMMENDED'::text);



CREATE INDEX action_state_index ON public.action USING btree (state, id) WHERE (deleted_at IS NULL);



CREATE INDEX action_status_message_index ON public.action USING btree (status_message NULLS FIRST, id) WHERE (deleted_at IS NULL);



CREATE INDEX action_updated_at_index ON public.action USING btree (updated_at NULLS FIRST, id) WHERE (deleted_at IS NULL);



CREATE INDEX audit_continuous_index ON public.audit USING btree (LEAST(COALESCE(next_run_time, '-infinity'::timestamp with time zone), end_time)) WHERE ((audit_type = 'CONTINUOUS'::text) AND (deleted_at IS NULL));



CREATE INDEX audit_last_edit_index ON public.audit USING btree (last_edit) WHERE (last_edit IS NOT NULL);



CREATE INDEX audit_lower_name_index ON public.audit USING btree (lower(name));



CREATE UNIQUE INDEX audit_name_unique ON public.audit USING btree (name) WHERE (deleted_at IS NULL);



CREATE INDEX audit_template_lower_name_index ON public.audit_template USING btree (lower(name));



CREATE UNIQUE INDEX audit_template_name_unique ON public.audit_template USING btree (name) WHERE (deleted_at IS NULL);



CREATE INDEX dead_letter_audit_id_index ON public.dead_letter USING btree (audit_id);



CREATE INDEX dead_letter_event_id_index ON public.dead_letter USING btree (event_id);



CREATE INDEX dead_letter_open_index ON public.dead_letter USING btree (id) WHERE (resolution IS NULL);



CREATE INDEX dead_letter_run_id_index ON public.dead_letter USING btree (run_id);



CREATE INDEX efficacy_indicator_action_plan_id_index ON public.efficacy_indicator USING btree (action_plan_id);



CREATE INDEX event_occurrence_index ON public.event USING btree (audit_id, base_hash, arrived_at);



CREATE INDEX event_open_index ON public.event USING btree (id) WHERE (fate = ANY (ARRAY['WAITING'::text, 'LEASED'::text, 'DEAD_LETTER'::text]));



CREATE INDEX event_replay_of_index ON public.event USING btree (replay_of) WHERE (replay_of IS NOT NULL);



CREATE INDEX event_run_id_index ON public.event USING btree (run_id);



CREATE INDEX event_waiting_index ON public.event USING btree (audit_id) WHERE (fate = 'WAITING'::text);



CREATE INDEX run_audit_id_index ON public.run USING btree (audit_id);



CREATE INDEX run_blocked_by_index ON public.run USING btree (blocked_by) WHERE (blocked_by IS NOT NULL);



CREATE INDEX run_claim_id_index ON public.run USING btree (claim_id) WHERE (state = 'LIVE'::text);



CREATE INDEX run_culprit_index ON public.run USING btree (audit_id, id) WHERE (is_suspect AND (state = ANY (ARRAY['FAILED'::text, 'DEAD_LETTER'::text])));



CREATE INDEX run_due_index ON public.run USING btree (due_at) WHERE ((state = 'DUE'::text) AND (blocked_by IS NULL));



CREATE INDEX run_live_index ON public.run USING btree (id) WHERE (state = 'LIVE'::text);



CREATE UNIQUE INDEX run_one_open_unique ON public.run USING btree (audit_id) WHERE (state = ANY (ARRAY['DUE'::text, 'LIVE'::text]));



CREATE INDEX run_snapshot_hash_index ON public.run USING btree (snapshot_hash, finished_at) WHERE (snapshot_hash IS NOT NULL);



ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_action_plan_id_foreign FOREIGN KEY (action_plan_id) REFERENCES public.action_plan(id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_audit_id_foreign FOREIGN KEY (audit_id) REFERENCES public.audit(id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_run_id_foreign FOREIGN KEY (run_id) REFERENCES public.run(id);



ALTER TABLE ONLY public.action_plan
    ADD CONSTRAINT action_plan_strategy_id_foreign FOREIGN KEY (strategy_id) REFERENCES public.strategy(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_goal_id_foreign FOREIGN KEY (goal_id) REFERENCES public.goal(id);



ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_strategy_id_foreign FOREIGN KEY (strategy_id) REFERENCES public.strategy(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.audit_template
    ADD CONSTRAINT audit_template_goal_id_foreign FOREIGN KEY (goal_id) REFERENCES public.goal(id);



ALTER TABLE ONLY public.audit_template
    ADD CONSTRAINT audit_template_strategy_id_foreign FOREIGN KEY (strategy_id) REFERENCES public.strategy(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT dead_letter_audit_id_foreign FOREIGN KEY (audit_id) REFERENCES public.audit(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.efficacy_indicator
    ADD CONSTRAINT efficacy_indicator_action_plan_id_foreign FOREIGN KEY (action_plan_id) REFERENCES public.action_plan(id);



ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_audit_id_foreign FOREIGN KEY (audit_id) REFERENCES public.audit(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_run_id_foreign FOREIGN KEY (run_id) REFERENCES public.run(id) ON DELETE SET NULL;



ALTER TABLE ONLY public.model_chunk
    ADD CONSTRAINT model_chunk_snapshot_id_foreign FOREIGN KEY (snapshot_id) REFERENCES public.model_snapshot(id) ON DELETE CASCADE;



ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_audit_id_foreign FOREIGN KEY (audit_id) REFERENCES public.audit(id);



ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_goal_id_foreign FOREIGN KEY (goal_id) REFERENCES public.goal(id);





