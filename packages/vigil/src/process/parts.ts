/**
 * What a process has started, and the order in which it ends:
 *
 *   readiness turns red, the listener serves on until a balancer has noticed; beside it:
 *   worker  finishes or hands back its runs
 *   applier finishes what is nearly done of its plans, hands back the rest
 *   then the listener takes no more connections
 *   edge    publishes what it has accepted
 *   api     ends subscriptions, answers what is open; then the listener is closed
 *   presence leaves the list of processes
 *   state   commits what it has begun, relays the outbox
 *   health, metrics, streams, bus, access, tracing, and last the servers of our own
 *
 * Each step needs those below it and none above.
 */
import type { Bus } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { RunningServer } from "@vigil/embedded";
import type { Listener } from "@vigil/http";
import type { HealthServer, Logger, MetricsPage, Presence, Role, RoleName } from "@vigil/service";
import type { Access } from "../roles/keystone.ts";
import type { Topology } from "../roles/topology.ts";
import type { Tracing } from "./tracing.ts";

/** The page of metrics: with the probes, or on a port of its own, or nowhere. */
export interface ServedMetrics {
  /** For the port that probes are on. */
  shared: MetricsPage | undefined;
  own: HealthServer | undefined;
}

export interface Parts {
  roles: Partial<Record<RoleName, Role>>;
  listener?: Listener;
  health?: HealthServer;
  metrics?: ServedMetrics;
  presence?: Presence;
  topology?: Topology;
  bus?: Bus;
  access?: Access;
  tracing?: Tracing;
  servers: { name: string; server: RunningServer }[];
}

/**
 * Stops everything, each step even if one before it failed.
 * @throws VigilError internal naming the steps that failed
 */
export async function stopParts(parts: Parts, logger: Logger): Promise<void> {
  const { edge, worker, applier, api, state } = parts.roles;
  // Read by the probes: from here on nothing is ready.
  parts.roles = {};
  const failed: string[] = [];
  const step = async (name: string, stop: () => unknown) => {
    try {
      await stop();
    } catch (error) {
      failed.push(name);
      logger.error({ err: error, part: name }, "could not be stopped");
    }
  };
  const worked = [step("worker", () => worker?.stop()), step("applier", () => applier?.stop())];
  await step("listener", () => parts.listener?.drain());
  const listenerClosed = parts.listener?.stop();
  await step("edge", () => edge?.stop());
  await Promise.all(worked);
  await step("api", () => api?.stop());
  await step("listener", () => listenerClosed);
  await step("presence", () => parts.presence?.stop());
  await step("state", () => state?.stop());
  await step("health", () => parts.health?.stop());
  await step("metrics", () => parts.metrics?.own?.stop());
  await step("streams", () => parts.topology?.stop());
  await step("bus", () => parts.bus?.close());
  await step("access", () => parts.access?.close());
  await step("tracing", () => parts.tracing?.stop());
  await Promise.all(parts.servers.map(({ name, server }) => step(name, () => server.stop())));
  if (failed.length > 0) throw new VigilError("internal", `could not be stopped: ${failed.join(", ")}`);
}

/** The roles as the probes see them. */
export function rolesOf(parts: Parts): Role[] {
  return Object.values(parts.roles);
}
