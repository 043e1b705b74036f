/**
 * Every setting of Vigil, once: name, where it comes from, default, meaning. Flags, environment names, keys of
 * the file, `vigil config print`, help texts and the type of the loaded configuration are derived from here.
 *
 * A setting `httpPort` is `VIGIL_HTTP_PORT` in the environment, `--http-port` on the command line and
 * `http_port` in the file. Settings that hold secrets have no flag: arguments can be read by every user of a
 * machine.
 */
import { availableParallelism, hostname } from "node:os";
import {
  DEFAULT_CONTINUOUS_MAX_FAILURES,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_OPTIONS,
  DEFAULT_RUN_HEAP_MAX_MIB,
  DEFAULT_RUN_TIME_MAX_MS,
} from "@vigil/core";
import { defaultCacheDir } from "@vigil/embedded";
import { DEFAULT_LISTENER_LIMITS } from "@vigil/http";
import { TOKEN_CACHE_TIME_MS } from "@vigil/openstack";
import { LOG_LEVELS } from "@vigil/service";
import { z } from "zod";
import { defaultDataDir } from "./data-dir.ts";
import { addresses, boolean, integer, oneOf, origins, port, share, text, url } from "./fields.ts";
import { openstackSettings } from "./openstack-settings.ts";
import {
  infos,
  optional,
  type Reader,
  type SettingInfo,
  withDefault,
  withOwnDefault,
} from "./setting-schemas.ts";

function tlsFile(description: string, readers: readonly Reader[]) {
  return optional(text("the path of a PEM file"), { description, readers });
}

const HTTP: readonly Reader[] = ["edge", "api"];
/** Both ends of gRPC. */
const GRPC: readonly Reader[] = ["state", "api", "worker", "applier"];
const ALL_ROLES: readonly Reader[] = ["edge", "api", "worker", "applier", "state"];
const MIB = 1_048_576;
/** The files that a process may have open, where that is raised as far as systemd does. */
const CONNECTIONS_MAX = 500_000;
const RUN_TIME_MS_MIN = 1_000;
const RUN_TIME_MS_MAX = 3_600_000;
/** Below it, strategies on a model of some size fail. */
const RUN_HEAP_MIB_MIN = 64;
const RUN_HEAP_MIB_MAX = 65_536;
const LEASE_MS_MIN = 1_000;
const LEASE_MS_MAX = 600_000;
const WORKER_THREADS_MAX = 256;
const TOKEN_CACHE_TIME_S_MAX = 86_400;
const APPLIER_PLANS_MAX = 1_000;
const APPLIER_ACTIONS_MAX = 1_000;
const DRAIN_DELAY_MS_MAX = 600_000;
const STOP_GRACE_MS_MAX = 600_000;
/** As of setpriority(2). */
const NICENESS_MAX = 19;
const CONTINUOUS_FAILURES_MAX = 1_000;
const CHECK_INTERVAL_S_MAX = 86_400;
const SNAPSHOT_KEEP_DAYS_MAX = 3_650;
const EXPIRY_HOURS_MAX = 87_600;
const WEBHOOKS_PER_SECOND_MAX = 1_000_000;
/** Room for four webhooks of some size; and what no machine has. */
const BODIES_BYTES_MIN = MIB;
const BODIES_BYTES_MAX = MIB * MIB;
/** Room for the largest webhook beside others. */
const SPOOL_BYTES_MIN = MIB;
const SPOOL_BYTES_MAX = MIB * MIB;
/** Longer ones leave no time to spool within the 2 s that a sender waits. */
const PUBLISH_TIMEOUT_MS_MIN = 10;
const PUBLISH_TIMEOUT_MS_MAX = 1_500;
const WEIGHTS_WANTED = "a JSON object of action types and numbers, or the path of a file with one";

const ownSettings = {
  logLevel: withDefault(oneOf(LOG_LEVELS), "info", {
    description: "Least severe level that is logged (JSON lines on standard error)",
    readers: ALL_ROLES,
  }),
  dataDir: withOwnDefault(text("a folder"), defaultDataDir, {
    defaultText: "~/.local/share/vigil, for root /var/lib/vigil",
    description: "Folder for data: of embedded PostgreSQL and NATS, and in edge the spool of webhooks",
    readers: ["up", "edge"],
  }),
  cacheDir: withOwnDefault(text("a folder"), defaultCacheDir, {
    defaultText: "~/.cache/vigil, for root /var/cache/vigil",
    description: "Folder that a nats-server is unpacked into when none is installed",
    readers: ["up"],
  }),
  httpHost: withDefault(text("a host name or address"), "127.0.0.1", {
    description: "Address that webhooks, REST and tRPC are served on",
    readers: HTTP,
  }),
  httpPort: withDefault(port(), 9322, {
    description: "Port that webhooks, REST and tRPC are served on",
    readers: HTTP,
  }),
  healthHost: withDefault(text("a host name or address"), "127.0.0.1", {
    description: "Address that /healthz and /readyz are served on by roles without HTTP",
    readers: ["worker", "applier", "state"],
  }),
  healthPort: withDefault(port(), 9324, {
    description: "Port that /healthz and /readyz are served on by roles without HTTP",
    readers: ["worker", "applier", "state"],
  }),
  metrics: withDefault(boolean(), true, {
    description: "Whether /metrics is served, in Prometheus' text format, to whoever reaches the port",
    readers: ALL_ROLES,
  }),
  metricsHost: withDefault(text("a host name or address"), "127.0.0.1", {
    description: "Address that /metrics is served on when it has a port of its own",
    readers: ALL_ROLES,
  }),
  metricsPort: optional(port(), {
    description:
      "Port of /metrics alone; default: the port of /healthz, in edge and api that of webhooks and REST",
    readers: ALL_ROLES,
  }),
  tracingOtlpEndpoint: optional(url("http", "https"), {
    description:
      "Collector that spans go to, by OTLP over HTTP as JSON; /v1/traces is put behind it; unset: no tracing",
    readers: ALL_ROLES,
  }),
  tracingOtlpHeaders: optional(
    text("name=value, several separated by commas, percent-encoded where needed"),
    {
      description: "Headers that the collector wants, such as its key; best by _FILE",
      readers: ALL_ROLES,
      secret: "all",
    },
  ),
  // Alarms are rare, and the trace that is looked for is that of one of them; who has storms of them sets less.
  tracingRatio: withDefault(share(), 1, {
    description:
      "Share of the traces that begin here which are recorded; those of a sender with a traceparent: as it says",
    readers: ALL_ROLES,
  }),
  stateHost: withDefault(text("a host name or address"), "127.0.0.1", {
    description: "Address that state serves gRPC on",
    readers: ["state"],
  }),
  statePort: withDefault(port(), 9323, {
    description: "Port that state serves gRPC on",
    readers: ["state"],
  }),
  stateAddress: withDefault(addresses(), "127.0.0.1:9323", {
    description: "Where state is found; calls are spread over several",
    readers: ["api", "worker", "applier"],
  }),
  databaseUrl: optional(url("postgresql", "postgres"), {
    description: "PostgreSQL 15 or later; `vigil up` starts its own when unset",
    readers: ["state"],
    env: "DATABASE_URL",
    secret: "password",
  }),
  natsUrl: optional(text("nats://[user:password@]host[:port], several separated by commas"), {
    description: "NATS with JetStream, 2.9 or later; `vigil up` starts its own when unset",
    readers: ALL_ROLES,
    env: "NATS_URL",
    secret: "password",
  }),
  natsNkeySeed: optional(text("the seed of an nkey, SU..."), {
    description: "Seed of this role's nkey at NATS, in place of user and password",
    readers: ALL_ROLES,
    secret: "all",
  }),
  natsCreds: optional(text("the text of a credentials file"), {
    description: "Credentials of NATS (JWT and seed), in place of user and password; best by _FILE",
    readers: ALL_ROLES,
    secret: "all",
  }),
  natsTlsCa: tlsFile("Authorities that NATS's certificate must come from; default: the system's", ALL_ROLES),
  natsTlsCert: tlsFile("Certificate that this process shows NATS", ALL_ROLES),
  natsTlsKey: tlsFile("Private key of natsTlsCert", ALL_ROLES),
  stateTlsCa: tlsFile("Authorities of certificates between roles; state then asks callers for one", GRPC),
  stateTlsCert: tlsFile("Certificate of this process between roles: state's, or of one that calls it", GRPC),
  stateTlsKey: tlsFile("Private key of stateTlsCert", GRPC),
  databaseTlsCa: tlsFile("Authorities of PostgreSQL's certificate, which is then checked", ["state"]),
  databaseTlsCert: tlsFile("Certificate that state shows PostgreSQL", ["state"]),
  databaseTlsKey: tlsFile("Private key of databaseTlsCert", ["state"]),
  httpConnectionsMax: withDefault(integer(1, CONNECTIONS_MAX), DEFAULT_LISTENER_LIMITS.connectionsMax, {
    description: "Connections of webhooks, REST and tRPC at once; those above it are closed",
    readers: HTTP,
  }),
  httpConnectionsPerAddressMax: withDefault(
    integer(1, CONNECTIONS_MAX),
    DEFAULT_LISTENER_LIMITS.connectionsPerAddressMax,
    {
      description: "Of them, those of one address; a proxy in front has one address for all its clients",
      readers: HTTP,
    },
  ),
  httpTlsCert: tlsFile("Certificate of webhooks, REST and tRPC, which are then https", HTTP),
  httpTlsKey: tlsFile("Private key of httpTlsCert", HTTP),
  httpTlsCa: tlsFile("Authorities of clients' certificates; without one by them nobody gets in", HTTP),
  natsReplicas: withDefault(integer(1, 5), 1, {
    description: "Copies that NATS keeps of each stream; 3 on a cluster of NATS servers",
    readers: ALL_ROLES,
  }),
  snapshotKeepDays: withDefault(integer(1, SNAPSHOT_KEEP_DAYS_MAX), 14, {
    description:
      "Days after a run for which the model it was computed from is kept, so that it can be replayed",
    readers: ["state"],
    unit: "days",
  }),
  takeBrokerFrom: withDefault(text("a UUID, or nothing"), "", {
    description:
      "Id of another Vigil's database, as the refusal names it, whose streams on the broker this one may take over",
    readers: ["state"],
  }),
  databaseConnections: withDefault(integer(2, 500), 24, {
    description: "Connections of one state process to PostgreSQL, at most",
    readers: ["state"],
  }),
  auth: withDefault(oneOf(["keystone", "none"]), "keystone", {
    description: "keystone: tokens are validated; none: identity headers are trusted, for development only",
    readers: ["edge", "api", "client"],
  }),
  keystonePublicUrl: optional(url("http", "https"), {
    description: "Address of Keystone that senders without a token are told; default: the one Vigil uses",
    readers: HTTP,
  }),
  tokenCacheTimeS: withDefault(integer(0, TOKEN_CACHE_TIME_S_MAX), TOKEN_CACHE_TIME_MS / 1_000, {
    description:
      "How long a valid token is believed, and so the longest that a revoked one works on; 0: asked each time. Tokens of trusts: 30 s at most",
    readers: HTTP,
    unit: "s",
  }),
  serviceTokenRoles: withDefault(text("names of roles, separated by commas"), "service", {
    description: "Roles of which an X-Service-Token needs one to vouch for a request",
    readers: HTTP,
  }),
  serviceTokenRolesRequired: withDefault(boolean(), true, {
    description: "Whether a request is refused when its X-Service-Token has none of those roles",
    readers: HTTP,
  }),
  delayAuthDecision: withDefault(boolean(), false, {
    description: "Whether a request with no or a bad token goes on as nobody's, for policy to decide",
    readers: HTTP,
  }),
  policyFile: optional(text("the path of a YAML file of rules"), {
    description:
      "Policy rules that override the default ones, as Watcher's policy.yaml; see vigil policy show",
    readers: [...HTTP, "policy"],
  }),
  enableWebhooksAuth: withDefault(boolean(), true, {
    description: "Whether webhooks need a token and the role that may trigger them",
    readers: ["edge"],
  }),
  webhookSourcePerSecondMax: withDefault(integer(0, WEBHOOKS_PER_SECOND_MAX), 1_000, {
    description: "Webhooks one sender may post; above it 429; far above honest senders; 0: no limit",
    readers: ["edge"],
    unit: "per second",
  }),
  webhookAuditPerSecondMax: withDefault(integer(0, WEBHOOKS_PER_SECOND_MAX), 1_000, {
    description: "Webhooks one audit may get from all senders; above it 429; 0: no limit",
    readers: ["edge"],
    unit: "per second",
  }),
  webhookBodyBytesMax: withDefault(integer(1, MIB * 64), MIB, {
    description: "Largest body of a webhook; NATS must allow a little more in one message (max_payload)",
    readers: ["edge"],
    unit: "bytes",
  }),
  webhookBodiesBytesMax: withDefault(integer(BODIES_BYTES_MIN, BODIES_BYTES_MAX), 256 * MIB, {
    description:
      "Bodies of webhooks in memory at one moment, a quarter of it for one sender; above it 503; at least four of the largest",
    readers: ["edge"],
    unit: "bytes",
  }),
  edgeSpoolDir: optional(text("a folder"), {
    description: "Folder for webhooks that NATS can't take yet; of one edge alone; default: edge in dataDir",
    readers: ["edge"],
  }),
  edgeSpoolBytesMax: withDefault(integer(SPOOL_BYTES_MIN, SPOOL_BYTES_MAX), 1_024 * MIB, {
    description:
      "Room for such webhooks, some 680,000 of Aodh's; when it is full they are answered 503. As much again for those that NATS refuses for good, and for damaged ones",
    readers: ["edge"],
    unit: "bytes",
  }),
  edgePublishTimeoutMs: withDefault(integer(PUBLISH_TIMEOUT_MS_MIN, PUBLISH_TIMEOUT_MS_MAX), 300, {
    description: "How long a webhook waits for NATS before it goes to the spool, and those after it at once",
    readers: ["edge"],
    unit: "ms",
  }),
  edgeJournal: withDefault(oneOf(["always", "never"]), "never", {
    description:
      "always: each webhook is flushed to the spool before its 202, until the ledger has it, so that NATS may lose its data",
    readers: ["edge"],
  }),
  maxLimit: withDefault(integer(1, 1_000), 1_000, {
    description: "Items of one page of a REST list, at most",
    readers: ["api"],
  }),
  enableProxyHeadersParsing: withDefault(boolean(), false, {
    description:
      "Whether Forwarded and X-Forwarded-* headers are believed in links; only behind a proxy of yours",
    readers: ["api"],
  }),
  corsAllowedOrigin: optional(origins(), {
    description: "Origins whose web pages may use REST (CORS); unset: none",
    readers: ["api"],
  }),
  eventMode: withDefault(oneOf(["coalesce", "strict"]), "coalesce", {
    description: "Events during a run: coalesce into one follow-up run, or strict: refused, as Watcher does",
    readers: ["edge", "api", "state"],
  }),
  leaseMs: withDefault(integer(LEASE_MS_MIN, LEASE_MS_MAX), 10_000, {
    description: "A run or plan whose worker or applier gives no sign for this long is taken over by another",
    readers: ["state"],
    unit: "ms",
  }),
  continuousMaxFailures: withDefault(integer(1, CONTINUOUS_FAILURES_MAX), DEFAULT_CONTINUOUS_MAX_FAILURES, {
    description:
      "Failed runs in a row after which a CONTINUOUS audit is FAILED; eventMode strict: 1, whatever this says",
    readers: ["state"],
  }),
  actionPlanExpiryHours: withDefault(integer(0, EXPIRY_HOURS_MAX), 24, {
    description: "Age at which an action plan that nobody started becomes SUPERSEDED; 0: never",
    readers: ["state"],
    unit: "h",
  }),
  checkPeriodicIntervalS: withDefault(integer(1, CHECK_INTERVAL_S_MAX), 1_800, {
    description: "Time between looks for action plans that have expired; the first comes at start",
    readers: ["state"],
    unit: "s",
  }),
  runAttemptsMax: withDefault(integer(1, 100), DEFAULT_MAX_ATTEMPTS, {
    description: "Times that a run is tried before it becomes a dead letter",
    readers: ["state"],
  }),
  // One core is left to the event loop: acknowledgements slow down when threads spin on every core.
  workerThreads: withOwnDefault(
    integer(1, WORKER_THREADS_MAX),
    () => Math.max(1, availableParallelism() - 1),
    {
      defaultText: "cores - 1, at least 1",
      description: "Runs that one worker computes at the same time; default: one less than cores",
      readers: ["worker"],
    },
  ),
  runTimeMaxMs: withDefault(integer(RUN_TIME_MS_MIN, RUN_TIME_MS_MAX), DEFAULT_RUN_TIME_MAX_MS, {
    description: "Longest computing of one run; then it is ended, and tried again in a process of its own",
    readers: ["worker"],
    unit: "ms",
  }),
  // Mib and not MiB: names are split at capitals, and VIGIL_RUN_HEAP_MAX_MI_B is nothing that anybody would look for.
  runHeapMaxMib: withDefault(integer(RUN_HEAP_MIB_MIN, RUN_HEAP_MIB_MAX), DEFAULT_RUN_HEAP_MAX_MIB, {
    description:
      "JavaScript heap of one run; a worker needs it for each of its threads. In a process of its own a run may fill twice as much",
    readers: ["worker"],
    unit: "MiB",
  }),
  requiredCoverage: withDefault(share(), DEFAULT_OPTIONS.requiredCoverage, {
    description: "Share of the wanted samples below which a strategy plans nothing and says why",
    readers: ["worker"],
  }),
  strategyParity: withDefault(boolean(), DEFAULT_OPTIONS.strategyParity, {
    description:
      "Whether strategies do as Watcher's even where that gives plans that do harm; see their pages",
    readers: ["worker"],
  }),
  checkOptimizeMetadata: withDefault(boolean(), DEFAULT_OPTIONS.checkOptimizeMetadata, {
    description: "Strategy basic: whether instances take part only if their metadata key optimize is true",
    readers: ["worker"],
  }),
  exPools: withDefault(text("names, separated by commas"), DEFAULT_OPTIONS.exPools.join(","), {
    description: "Strategy storage_capacity_balance: pools (name after the #) that are left alone",
    readers: ["worker"],
  }),
  weightPlannerWeights: optional(text(WEIGHTS_WANTED), {
    description: "Planner weight: weights of action types, the heaviest first; default: Watcher's",
    readers: ["worker"],
  }),
  weightPlannerParallelization: optional(text(WEIGHTS_WANTED), {
    description: "Planner weight: how many actions of a type run at once; default: Watcher's",
    readers: ["worker"],
  }),
  workloadStabilizationPlannerWeights: optional(text(WEIGHTS_WANTED), {
    description: "Planner workload_stabilization: weights of action types; default: Watcher's, completed",
    readers: ["worker"],
  }),
  applierPlansMax: withDefault(integer(1, APPLIER_PLANS_MAX), 1, {
    description: "Action plans that one applier executes at the same time",
    readers: ["applier"],
  }),
  applierActionsMax: withOwnDefault(integer(1, APPLIER_ACTIONS_MAX), () => availableParallelism(), {
    defaultText: "cores",
    description: "Actions of one plan that run at the same time, at most; default: one per core",
    readers: ["applier"],
  }),
  actionExecutionRule: optional(
    text("a JSON object of strategies and ALWAYS or ANY, or the path of a file with one"),
    {
      description:
        "Whether an action runs whatever became of those before it (ALWAYS, the default), or only if the first of them failed (ANY)",
      readers: ["applier"],
    },
  ),
  niceness: optional(integer(0, NICENESS_MAX), {
    description:
      "How far the process stands back behind others of its machine, as nice does; default: worker 10, applier and state 5, edge and api 0",
    readers: [...ALL_ROLES, "up"],
  }),
  hostName: withOwnDefault(text("a host name"), hostname, {
    defaultText: "the machine's",
    description: "Name of this machine in audits, plans and the list of services",
    readers: ALL_ROLES,
  }),
  drainDelayMs: withDefault(integer(0, DRAIN_DELAY_MS_MAX), DEFAULT_LISTENER_LIMITS.drainDelayMs, {
    description:
      "After SIGTERM, how long requests are still taken while /readyz is red, for balancers to look elsewhere; none when nobody asked for /readyz in the last minute",
    readers: HTTP,
    unit: "ms",
  }),
  stopGraceMs: withDefault(integer(0, STOP_GRACE_MS_MAX), 15_000, {
    description: "After SIGTERM, and the drain delay, how long work may take to finish or be handed back",
    readers: ALL_ROLES,
    unit: "ms",
  }),
  apiUrl: withDefault(url("http", "https"), "http://127.0.0.1:9322", {
    description: "Where commands find Vigil's API",
    readers: ["client"],
  }),
};

export const configSchema = z.strictObject({ ...ownSettings, ...openstackSettings });

export type Config = z.infer<typeof configSchema>;
export type SettingName = keyof Config;

/** A setting with the names it has in each source. */
export interface Setting extends SettingInfo {
  name: SettingName;
  env: string;
  /** undefined for secrets */
  flag: string | undefined;
  fileKey: string;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** All settings, in the order they are shown. */
export const SETTINGS: readonly Setting[] = (Object.keys(configSchema.shape) as SettingName[]).map((name) => {
  const info = infos.get(configSchema.shape[name]);
  if (!info) throw new Error(`setting ${name} was not described`);
  const fileKey = snakeCase(name);
  return {
    ...info,
    name,
    fileKey,
    env: info.env ?? `VIGIL_${fileKey.toUpperCase()}`,
    flag: info.secret ? undefined : `--${fileKey.replaceAll("_", "-")}`,
  };
});

/** The settings a command reads. `vigil up` runs every role. */
export function settingsFor(...readers: Reader[]): Setting[] {
  return SETTINGS.filter((setting) => setting.readers.some((reader) => readers.includes(reader)));
}
