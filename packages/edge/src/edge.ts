import { setTimeout as delay } from "node:timers/promises";
import type { AuditIndex, Bus } from "@vigil/bus";
import type { EventMode } from "@vigil/core";
import {
  type Authenticator,
  createPolicy,
  DEFAULT_POLICY_RULES,
  type HttpRoutes,
  type Policy,
} from "@vigil/http";
import { type Logger, Metrics, type ReadinessPart, type Role } from "@vigil/service";
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from "./limits.ts";
import { EDGE_METRICS } from "./metrics.ts";
import { RefusalLog } from "./refusal-log.ts";
import type { Spool } from "./spool/spool.ts";
import { isWebhookPath } from "./webhook-path.ts";
import { Webhooks } from "./webhooks.ts";

export interface EdgeOptions {
  bus: Pick<Bus, "status">;
  spool: Pick<Spool, "accept" | "readiness">;
  auditIndex: Pick<AuditIndex, "lookup" | "ready">;
  authenticator: Authenticator;
  /** Default: the default rules. */
  policy?: Policy;
  /** Default true: webhooks need a token and the role of rule webhook:trigger. */
  enableWebhooksAuth?: boolean;
  /** Default coalesce. */
  eventMode?: EventMode;
  limits?: Partial<EdgeLimits>;
  logger: Logger;
  /** Where it counts. Default: where nobody looks. */
  metrics?: Metrics;
}

export interface Edge extends Role {
  readonly name: "edge";
  readonly routes: HttpRoutes;
}

const MEANWHILE = "Webhooks go to the spool.";
const UNRESOLVED = "Webhooks are taken for whatever audit they name; the ledger decides.";

/**
 * The role `edge`: takes webhooks and publishes them. It keeps nothing of its own open: bus, spool, index and
 * authenticator belong to whoever made them, and are closed after `stop` has resolved.
 */
export function createEdge(options: EdgeOptions): Edge {
  const limits = { ...DEFAULT_EDGE_LIMITS, ...options.limits };
  const metrics = options.metrics ?? new Metrics();
  metrics.gauge(EDGE_METRICS.indexReady, () => (options.auditIndex.ready() ? 1 : 0));
  const webhooks = new Webhooks({
    authenticator: options.authenticator,
    policy: options.policy ?? createPolicy(DEFAULT_POLICY_RULES),
    auditIndex: options.auditIndex,
    spool: options.spool,
    brokerPayloadBytesMax: () => options.bus.status().maxPayloadBytes,
    enableWebhooksAuth: options.enableWebhooksAuth ?? true,
    eventMode: options.eventMode ?? "coalesce",
    limits,
    refusals: new RefusalLog(options.logger),
    metrics,
  });
  return {
    name: "edge",
    routes: {
      continuesItself: true,
      handles: (_method, path) => isWebhookPath(path),
      handle: (request, response, target) => webhooks.handle(request, response, target),
    },
    readiness: () => readiness(options),
    stop: () => stop(webhooks, limits.stopGraceMs),
  };
}

/**
 * Without NATS an edge is ready as long as its spool has room: a balancer that took it out, and with it every other
 * edge, would turn an outage of the broker into lost alarms.
 */
function readiness(options: EdgeOptions): ReadinessPart[] {
  const { detail } = options.bus.status();
  const { trouble } = options.authenticator;
  const indexed = options.auditIndex.ready();
  return [
    options.spool.readiness(),
    { name: "nats", ready: true, ...(detail === undefined ? {} : { detail: `${detail} ${MEANWHILE}` }) },
    {
      name: "audit index",
      ready: true,
      ...(indexed ? {} : { detail: `the first copy has not arrived; it comes with NATS. ${UNRESOLVED}` }),
    },
    { name: "keystone", ready: trouble === undefined, ...(trouble === undefined ? {} : { detail: trouble }) },
  ];
}

/** The listener takes nothing more by now; what is under way gets a moment. */
async function stop(webhooks: Webhooks, graceMs: number): Promise<void> {
  const grace = new AbortController();
  const late = delay(graceMs, undefined, { signal: grace.signal, ref: false }).catch(() => undefined);
  await Promise.race([webhooks.idle(), late]);
  grace.abort();
  webhooks.stop();
}
