/**
 * What becomes of each option of Watcher's watcher.conf: the setting that does the same, or why there is none. The manual's
 * page docs/reference/watcher-options.md is made from it, and `vigil config import` goes by it. Names are those of Watcher
 * 4.0 (Ussuri) up to 2025; a `*` stands for all sections or options of that pattern that no other entry names.
 */

import type { SettingName } from "../config/settings.ts";

/** How a value of Watcher is said in Vigil's settings. */
export type Conversion =
  | "as it is"
  /** oslo.config takes 1, yes, on and t for true as well. */
  | "boolean"
  /** true: `none` is not wanted; false: no authentication. */
  | "authentication"
  /** true: debug. */
  | "log level"
  /** `a:1,b:2` becomes {"a": 1, "b": 2}. */
  | "object"
  /** Items separated by commas, or on lines of their own. */
  | "list"
  /** publicURL, internal and so on: public, internal or admin. */
  | "interface"
  /** -1 is off, which in Vigil is 0. */
  | "time of a cache";

export interface WatcherOption {
  section: string;
  name: string;
  /** undefined: there is none, for this reason. */
  setting?: SettingName;
  conversion?: Conversion;
  /** Why there is no setting; or what to know about the one there is. */
  note?: string;
}

interface Group {
  section: string;
  carried?: Partial<
    Record<string, SettingName | [SettingName, Conversion] | [SettingName, Conversion, string]>
  >;
  /** Names by the reason why they have no setting. */
  left?: Partial<Record<string, string>>;
}

const BUS = "Vigil's roles speak over NATS; there is no RabbitMQ: set NATS_URL";
const THREADS = "a role is one process with an event loop; more of it is more processes (units)";
const LOGS =
  "Vigil logs JSON lines to standard error; the journal, or what collects it, has files and formats";
const CLIENT =
  "this release has no client of that service: models are imported (vigil model import), metrics come with them";
const CACHE = "tokens are cached in the memory of each process (VIGIL_TOKEN_CACHE_TIME_S)";
const PLUGIN = "plugins of Watcher are Python; strategies, planners and actions of Vigil are part of it";
/** Of oslo.log, beside those that begin with `log` or `use_`. */
const LOG_OPTIONS = [
  "syslog_log_facility",
  "default_log_levels",
  "publish_errors",
  "instance_format",
  "instance_uuid_format",
  "fatal_deprecations",
  "watch_log_file",
  "max_logfile_count",
  "max_logfile_size_mb",
  "rate_limit_interval",
  "rate_limit_burst",
  "rate_limit_except_level",
];
const ACCOUNT_NOTE =
  "the account of Vigil; from [watcher_clients_auth], or [keystone_authtoken] where that names none";

/** Options of keystoneauth that name an account. */
const ACCOUNT: NonNullable<Group["carried"]> = {
  auth_url: ["osAuthUrl", "as it is", ACCOUNT_NOTE],
  auth_type: "osAuthType",
  username: "osUsername",
  user_id: "osUserId",
  password: "osPassword",
  user_domain_name: "osUserDomainName",
  user_domain_id: "osUserDomainId",
  project_name: "osProjectName",
  project_id: "osProjectId",
  project_domain_name: "osProjectDomainName",
  project_domain_id: "osProjectDomainId",
  domain_name: "osDomainName",
  domain_id: "osDomainId",
  system_scope: "osSystemScope",
  trust_id: "osTrustId",
  application_credential_id: "osApplicationCredentialId",
  application_credential_name: "osApplicationCredentialName",
  application_credential_secret: "osApplicationCredentialSecret",
  region_name: "osRegionName",
  interface: ["osInterface", "interface"],
  cafile: "osCacert",
  insecure: ["osInsecure", "boolean"],
};

const ACCOUNT_LEFT: NonNullable<Group["left"]> = {
  auth_section: "heeded: the account is taken from the section that it names",
  certfile: "Keystone is not shown a client certificate; put a proxy of yours between, or leave it out",
  keyfile: "goes with certfile",
  timeout: "times of requests to Keystone are fixed: 10 s for all tries",
  split_loggers: LOGS,
  collect_timing: LOGS,
  default_domain_id: "name user's and project's domains: OS_USER_DOMAIN_ID, OS_PROJECT_DOMAIN_ID",
  default_domain_name: "name user's and project's domains: OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME",
};

const GROUPS: readonly Group[] = [
  {
    section: "DEFAULT",
    carried: {
      host: "hostName",
      debug: ["logLevel", "log level"],
      enable_authentication: ["auth", "authentication"],
    },
    left: {
      transport_url: BUS,
      control_exchange: BUS,
      rpc_response_timeout: "calls between roles have fixed deadlines (2 to 30 s)",
      executor_thread_pool_size: BUS,
      periodic_interval: "services report each minute",
      service_down_time: "a service that has not reported for 90 s shows FAILED",
      notification_level: "there are no notifications over a message bus; subscribe to changes over tRPC",
      fatal_exception_format_errors: "a switch for Watcher's own tests",
      pybasedir: "a path of Watcher's installation",
      bindir: "a path of Watcher's installation",
      state_path: "state is in PostgreSQL; an edge's spool has VIGIL_EDGE_SPOOL_DIR",
      graceful_shutdown_timeout:
        "VIGIL_STOP_GRACE_MS, in milliseconds and below what systemd waits; the default fits",
      "log*": LOGS,
      "use_*": LOGS,
      "rpc_*": BUS,
      "wsgi_*": THREADS,
      ...Object.fromEntries(LOG_OPTIONS.map((name) => [name, LOGS])),
    },
  },
  {
    section: "api",
    carried: {
      host: "httpHost",
      port: "httpPort",
      max_limit: "maxLimit",
      enable_webhooks_auth: ["enableWebhooksAuth", "boolean"],
    },
    left: {
      workers: THREADS,
      enable_ssl_api: "HTTPS is on as soon as VIGIL_HTTP_TLS_CERT and VIGIL_HTTP_TLS_KEY are set",
    },
  },
  {
    section: "ssl",
    carried: { cert_file: "httpTlsCert", key_file: "httpTlsKey", ca_file: "httpTlsCa" },
    left: { version: "TLS 1.2 and later, as Node.js has them", ciphers: "those of Node.js" },
  },
  {
    section: "keystone_authtoken",
    carried: {
      www_authenticate_uri: "keystonePublicUrl",
      auth_uri: "keystonePublicUrl",
      token_cache_time: ["tokenCacheTimeS", "time of a cache", "-1, off, becomes 0"],
      service_token_roles: ["serviceTokenRoles", "list"],
      service_token_roles_required: ["serviceTokenRolesRequired", "boolean"],
      delay_auth_decision: ["delayAuthDecision", "boolean"],
      ...ACCOUNT,
    },
    left: {
      ...ACCOUNT_LEFT,
      memcached_servers: CACHE,
      cache: CACHE,
      "memcache_*": CACHE,
      enforce_token_bind: "tokens bound to Kerberos tickets are gone from Keystone",
      include_service_catalog: "the catalog is not handed to anybody",
      http_connect_timeout: "times of requests to Keystone are fixed: 10 s for all tries",
      http_request_max_retries: "times of requests to Keystone are fixed: 10 s for all tries",
      auth_version: "version 3 is used",
      service_type: "access rules of application credentials are checked for infra-optim",
    },
  },
  { section: "watcher_clients_auth", carried: ACCOUNT, left: ACCOUNT_LEFT },
  {
    section: "keystone_client",
    carried: { region_name: "osRegionName", interface: ["osInterface", "interface"] },
  },
  {
    section: "database",
    left: {
      connection:
        "Vigil keeps its state in a PostgreSQL of its own (DATABASE_URL); rows of Watcher's database are not taken over: audits are created anew",
      max_pool_size: "VIGIL_DATABASE_CONNECTIONS is for one state process, and measured: leave the default",
      "*": "tuning of SQLAlchemy's pool; see VIGIL_DATABASE_CONNECTIONS",
    },
  },
  {
    section: "watcher_decision_engine",
    carried: {
      max_audit_workers: ["workerThreads", "as it is", "audits that one process computes at the same time"],
      action_plan_expiry: "actionPlanExpiryHours",
      check_periodic_interval: "checkPeriodicIntervalS",
    },
    left: {
      conductor_topic: BUS,
      status_topic: BUS,
      notification_topics: BUS,
      publisher_id: BUS,
      max_general_workers: CLIENT,
      continuous_audit_interval:
        "the scheduler looks as soon as the next run of an audit is due, not at an interval",
      metric_map_path: CLIENT,
      query_max_retries: CLIENT,
      query_timeout: CLIENT,
    },
  },
  {
    section: "watcher_applier",
    carried: {
      workers: ["applierPlansMax", "as it is", "action plans that one process executes at the same time"],
    },
    left: {
      conductor_topic: BUS,
      publisher_id: BUS,
      workflow_engine: PLUGIN,
      rollback_when_actionplan_failed:
        "a failed plan is not undone: what was done stays, and the next run plans from it",
    },
  },
  {
    section: "watcher_workflow_engines.taskflow",
    carried: { max_workers: "applierActionsMax", action_execution_rule: ["actionExecutionRule", "object"] },
  },
  { section: "watcher_planner", left: { planner: "a strategy names its planner: vigil strategy show NAME" } },
  {
    section: "watcher_planners.weight",
    carried: {
      weights: ["weightPlannerWeights", "object"],
      parallelization: ["weightPlannerParallelization", "object"],
    },
  },
  {
    section: "watcher_planners.workload_stabilization",
    carried: { weights: ["workloadStabilizationPlannerWeights", "object"] },
  },
  {
    section: "watcher_strategies.basic",
    carried: { check_optimize_metadata: ["checkOptimizeMetadata", "boolean"] },
  },
  { section: "watcher_strategies.storage_capacity_balance", carried: { ex_pools: ["exPools", "list"] } },
  {
    section: "watcher_strategies.*",
    left: { datasource: CLIENT, datasources: CLIENT, "*": PLUGIN },
  },
  {
    section: "watcher_datasources",
    left: { "*": CLIENT },
  },
  {
    section: "collector",
    left: { collector_plugins: CLIENT, "*": CLIENT },
  },
  { section: "watcher_cluster_data_model_collectors.*", left: { period: CLIENT, "*": CLIENT } },
  {
    section: "oslo_policy",
    carried: { policy_file: ["policyFile", "as it is", "YAML; see vigil policy show"] },
    left: {
      policy_dirs: "one file: put the rules together",
      policy_default_rule: "a rule that does not exist is refused when the file is read",
      enforce_scope: "scopes of tokens are not told apart, as in Watcher's defaults",
      enforce_new_defaults: "there is one set of defaults",
      "*": "rules are read from one file, none is asked of a server",
    },
  },
  {
    section: "oslo_middleware",
    carried: { enable_proxy_headers_parsing: ["enableProxyHeadersParsing", "boolean"] },
    left: {
      max_request_body_size:
        "VIGIL_WEBHOOK_BODY_BYTES_MAX is for webhooks; other bodies are limited to 1 MiB",
      "*": "part of Python's web server",
    },
  },
  {
    section: "cors",
    carried: { allowed_origin: ["corsAllowedOrigin", "list"] },
    left: { "*": "what pages may ask is fixed: the methods and headers of the API" },
  },
  {
    section: "compute_model",
    left: {
      enable_extended_attributes:
        "always on: from microversion 1.6 the data model shows server_pinned_az and server_flavor_extra_specs, empty where the model that was imported has none",
    },
  },
  { section: "oslo_messaging_*", left: { "*": BUS } },
  { section: "oslo_concurrency", left: { "*": "locks are rows of the database" } },
  {
    section: "oslo_reports",
    left: { "*": "Guru meditation reports are Python's; see /readyz and vigil doctor" },
  },
  { section: "oslo_versionedobjects", left: { "*": "part of Python's RPC" } },
  { section: "healthcheck", left: { "*": "/healthz and /readyz are always there" } },
  { section: "profiler", left: { "*": "osprofiler is Python's; Vigil's traces are OpenTelemetry's" } },
  { section: "cache", left: { "*": CACHE } },
  ...[
    "nova_client",
    "glance_client",
    "cinder_client",
    "neutron_client",
    "ironic_client",
    "placement_client",
    "gnocchi_client",
    "ceilometer_client",
    "monasca_client",
    "grafana_client",
    "grafana_translators",
    "prometheus_client",
    "aetos_client",
    "maas_client",
    "watcher_client",
  ].map((section) => ({ section, left: { "*": CLIENT } })),
];

/** All entries, in the order of the file; the first that matches an option is its. */
export const WATCHER_OPTIONS: readonly WatcherOption[] = GROUPS.flatMap(
  ({ section, carried = {}, left = {} }) => [
    ...Object.entries(carried).map(([name, to]) => {
      const [setting, conversion, note] = typeof to === "string" ? [to] : (to ?? []);
      return { section, name, setting, conversion: conversion ?? ("as it is" as const), note };
    }),
    ...Object.entries(left).map(([name, note]) => ({ section, name, note })),
  ],
);

/** The entry of an option; undefined: Watcher has none of that name that this table knows. */
export function watcherOption(section: string, name: string): WatcherOption | undefined {
  return WATCHER_OPTIONS.find((entry) => matches(entry.section, section) && matches(entry.name, name));
}

/** Sections that name an account, the one that counts first. */
export const ACCOUNT_SECTIONS = ["watcher_clients_auth", "keystone_authtoken"] as const;

/** Whether an entry is one of an account, which is taken from one section as a whole. */
export function isOfAccount(name: string): boolean {
  return name in ACCOUNT;
}

function matches(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}
