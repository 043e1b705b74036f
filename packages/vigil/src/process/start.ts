import { connectBus, inboxPrefixOf, type TopologyOptions } from "@vigil/bus";
import { DEFAULT_OPTIONS, type TlsMaterial, VigilError } from "@vigil/core";
import { type HttpRoutes, startListener } from "@vigil/http";
import {
  answerProbe,
  createLogger,
  type Logger,
  Metrics,
  type ReadinessPart,
  type Role,
  type RoleName,
  startHealthServer,
} from "@vigil/service";
import { VERSION } from "../cli/version.ts";
import { readExecutionRules } from "../config/execution-rules.ts";
import type { Config } from "../config/settings.ts";
import { SETTINGS, type SettingName } from "../config/settings.ts";
import { readStrategyOptions } from "../config/strategy-options.ts";
import { openAccess } from "../roles/keystone.ts";
import type { RoleSurroundings } from "../roles/surroundings.ts";
import { keepTopology } from "../roles/topology.ts";
import { startServers } from "./embedded-servers.ts";
import { processIdentity } from "./identity.ts";
import { type Parts, rolesOf } from "./parts.ts";
import { tellPresence } from "./presence.ts";
import { addProcessMetrics, metricsRoutes, serveMetrics } from "./process-metrics.ts";
import { readProcessTls, warnOfPlain } from "./process-tls.ts";

export interface ProcessPlan {
  roles: readonly RoleName[];
  /** Whether PostgreSQL and NATS of our own serve where the configuration names none. */
  embedded: boolean;
}

const LOOPBACK_ADDRESSES = ["127.0.0.1", "0.0.0.0", "::", "localhost"];

/**
 * Starts what the plan names, and loads the code of no other role: an edge needs no database library. Servers
 * come first, then the bus, then roles from state upwards, so that each finds those below it. What is started
 * is in `parts` at once, for the caller to stop should a later step fail.
 */
export async function startParts(
  { roles, embedded }: ProcessPlan,
  config: Config,
  env: NodeJS.ProcessEnv,
  logger: Logger,
  parts: Parts,
): Promise<void> {
  const has = (name: RoleName) => roles.includes(name);
  // First, so that what is not set up, or set wrongly, is said before any server starts.
  const strategyOptions = has("worker") ? readStrategyOptions(config) : DEFAULT_OPTIONS;
  const executionRules = has("applier") ? readExecutionRules(config) : new Map();
  if (has("edge") || has("api")) parts.access = openAccess(config, env, logger);
  const tls = readProcessTls(has, config, logger);
  const identity = processIdentity(config);
  if (config.tracingOtlpEndpoint !== undefined) {
    const { startTracing } = await import("./tracing.ts");
    parts.tracing = startTracing(config.tracingOtlpEndpoint, { roles, config, identity, logger });
  }
  const { databaseUrl, natsUrl } = await serverAddresses(embedded, has("state"), config, logger, parts);

  parts.bus = await connectBus({
    servers: natsUrl,
    name: `vigil ${roles.join("+")} ${config.hostName}`,
    logger,
    tls: tls.nats,
    nkeySeed: config.natsNkeySeed,
    creds: config.natsCreds,
    // A process of one role has that role's account; permissions keep others from its answers.
    ...(roles.length === 1 && roles[0] !== undefined ? { inboxPrefix: inboxPrefixOf(roles[0]) } : {}),
  });
  warnOfPlain({ ...tls, has, config, natsUrl }, logger);
  // State makes the streams; the others' accounts need no right to.
  const topology: TopologyOptions = { replicas: config.natsReplicas, lookOnly: !has("state") };
  parts.topology = await keepTopology(parts.bus, topology, logger);
  const loggerOf = (role: RoleName) =>
    roles.length === 1 ? logger : createLogger({ role, level: config.logLevel, version: VERSION });
  const metrics = new Metrics();
  addProcessMetrics(metrics, roles, parts);
  parts.metrics = await serveMetrics(config, metrics, logger);
  const surroundings: RoleSurroundings = {
    config,
    loggerOf,
    metrics,
    bus: parts.bus,
    stateTls: tls.state,
    identity,
  };

  let stateAddress = config.stateAddress;
  if (has("state")) {
    const { startStateRole } = await import("../roles/state.ts");
    const state = await startStateRole(surroundings, databaseUrl, tls.database);
    parts.roles.state = withStreams(state, parts);
    stateAddress = `${localName(config.stateHost)}:${state.port}`;
  }
  if (has("worker")) {
    const { startWorkerRole } = await import("../roles/worker.ts");
    parts.roles.worker = withStreams(
      await startWorkerRole(surroundings, stateAddress, strategyOptions, topology),
      parts,
    );
  }
  if (has("applier")) {
    const { startApplierRole } = await import("../roles/applier.ts");
    const applier = startApplierRole(surroundings, stateAddress, executionRules);
    parts.roles.applier = withPermissions(applier, parts);
  }
  parts.presence = tellPresence({ roles, identity, config, stateAddress, stateTls: tls.state, logger });
  await startHttp(has, surroundings, stateAddress, tls.http, logger, parts);
  if (parts.listener === undefined) {
    const at = { host: config.healthHost, port: config.healthPort };
    const probe = (path: string) => answerProbe(path, rolesOf(parts));
    parts.health = await startHealthServer({ ...at, probe, metrics: parts.metrics.shared });
  }
}

async function startHttp(
  has: (name: RoleName) => boolean,
  surroundings: RoleSurroundings,
  stateAddress: string,
  tls: TlsMaterial | undefined,
  logger: Logger,
  parts: Parts,
): Promise<void> {
  const { access } = parts;
  if (access === undefined) return;
  const { config } = surroundings;
  const page = parts.metrics?.shared;
  const routes: HttpRoutes[] = page === undefined ? [] : [metricsRoutes(page)];
  if (has("edge")) {
    const { startEdgeRole } = await import("../roles/edge.ts");
    const edge = await startEdgeRole(surroundings, access);
    // Without the streams its webhooks go to the spool, and what is wrong is for others to show.
    parts.roles.edge = withPermissions(edge, parts);
    routes.push(edge.routes);
  }
  if (has("api")) {
    const { startApiRole } = await import("../roles/api.ts");
    const api = await startApiRole(surroundings, access, stateAddress);
    parts.roles.api = withPermissions(api, parts);
    routes.push(api.routes);
  }
  parts.listener = await startListener({
    host: config.httpHost,
    port: config.httpPort,
    tls,
    routes,
    probe: (path) => answerProbe(path, rolesOf(parts)),
    limits: {
      drainDelayMs: config.drainDelayMs,
      connectionsMax: config.httpConnectionsMax,
      connectionsPerAddressMax: config.httpConnectionsPerAddressMax,
    },
    logger,
  });
  logger.info({ url: parts.listener.url }, "HTTP is served");
}

async function serverAddresses(
  embedded: boolean,
  needsDatabase: boolean,
  config: Config,
  logger: Logger,
  parts: Parts,
): Promise<{ databaseUrl: string; natsUrl: string }> {
  if (embedded) {
    const servers = await startServers(config, logger);
    parts.servers = servers.own;
    return servers;
  }
  return {
    databaseUrl: needsDatabase ? needed(config, "databaseUrl") : "",
    natsUrl: needed(config, "natsUrl"),
  };
}

function needed(config: Config, name: SettingName): string {
  const value = config[name];
  if (typeof value === "string") return value;
  const env = SETTINGS.find((setting) => setting.name === name)?.env;
  throw new VigilError(
    "invalid-input",
    `${env} is not set and this role has no server of its own; set it, or run everything with vigil up`,
  );
}

/** The streams are a thing of the process: every role that uses them is ready only when they are there. */
function withStreams(role: Role, parts: Parts): Role {
  const streams = () => (parts.topology === undefined ? [] : [parts.topology.readiness()]);
  const permitted = withPermissions(role, parts);
  return {
    name: role.name,
    readiness: () => [...permitted.readiness(), ...streams()],
    stop: () => role.stop(),
  };
}

/** What NATS refuses is seen by no call: a publish that is not allowed just vanishes. */
function withPermissions(role: Role, parts: Parts): Role {
  const permissions = (): ReadinessPart => {
    const denied = parts.bus?.status().denied;
    const name = "nats permissions";
    return denied === undefined ? { name, ready: true } : { name, ready: false, detail: denied };
  };
  return { name: role.name, readiness: () => [...role.readiness(), permissions()], stop: () => role.stop() };
}

/** A state that listens on all addresses is reached on loopback by roles of the same process. */
function localName(host: string): string {
  if (LOOPBACK_ADDRESSES.includes(host)) return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
