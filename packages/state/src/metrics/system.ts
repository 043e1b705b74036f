/** Shows the whole system: its backlog in the database, its streams in the broker. Asked when somebody looks, seldom. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type Bus, lookAtBroker } from "@vigil/bus";
import type { Metrics } from "@vigil/service";
import { inTransaction } from "../database/transaction.ts";
import { STATE_METRICS } from "../metrics.ts";
import { readBacklog } from "./backlog.ts";

/** After which the connection is given up, ms: a database that hangs must not keep one for a minute. */
const ANSWER_TIMEOUT_MS = 5_000;

/** @param isPrepared whether the schema is there: before, nothing is asked */
export function showSystem(metrics: Metrics, orm: MikroORM, bus: Bus, isPrepared: () => boolean): void {
  showBacklog(metrics, orm, isPrepared);
  showBroker(metrics, bus);
}

function showBacklog(metrics: Metrics, orm: MikroORM, isPrepared: () => boolean): void {
  const database = metrics.source({
    name: "database",
    read: async () => {
      if (!isPrepared()) throw new Error("the schema is not prepared yet");
      return inTransaction(orm, readBacklog, { answerTimeoutMs: ANSWER_TIMEOUT_MS, snapshot: true });
    },
  });
  const latest = () => database.latest();
  metrics.gauge(STATE_METRICS.events, () => {
    const seen = latest();
    return (
      seen &&
      ([
        [["waiting"], seen.waiting],
        [["leased"], seen.leased],
      ] as const)
    );
  });
  metrics.gauge(STATE_METRICS.runs, () => {
    const seen = latest();
    return (
      seen &&
      ([
        [["due"], seen.due],
        [["blocked"], seen.blocked],
        [["live"], seen.live],
      ] as const)
    );
  });
  metrics.gauge(STATE_METRICS.plans, () => {
    const seen = latest();
    if (seen === undefined) return undefined;
    const { recommended, launched, executing } = seen;
    return [
      [["recommended"], recommended],
      [["launched"], launched],
      [["live"], executing],
    ] as const;
  });
  metrics.gauge(STATE_METRICS.dueSeconds, () => latest()?.dueSeconds);
  metrics.gauge(STATE_METRICS.launchedSeconds, () => latest()?.launchedSeconds);
  metrics.gauge(STATE_METRICS.deadLetters, () => latest()?.letters);
  metrics.gauge(STATE_METRICS.outbox, () => latest()?.outbox);
  metrics.gauge(STATE_METRICS.outboxSeconds, () => latest()?.outboxSeconds);
  metrics.gauge(STATE_METRICS.modelSeconds, () => {
    const ages = Object.entries(latest()?.models ?? {}).map(
      ([kind, at]) => [[kind], Math.max(0, Date.now() - Date.parse(at)) / 1_000] as const,
    );
    return ages.filter(([, seconds]) => Number.isFinite(seconds));
  });
  metrics.gauge(STATE_METRICS.processes, () =>
    Object.entries(latest()?.processes ?? {}).map(([role, count]) => [[role], count] as const),
  );
}

function showBroker(metrics: Metrics, bus: Bus): void {
  const broker = metrics.source({ name: "broker", read: () => lookAtBroker(bus) });
  const streams = () => broker.latest()?.streams ?? [];
  metrics.gauge(STATE_METRICS.streamMessages, () =>
    streams().map(({ name, messages }) => [[name], messages] as const),
  );
  metrics.gauge(STATE_METRICS.streamBytes, () =>
    streams().map(({ name, bytes }) => [[name], bytes] as const),
  );
  metrics.gauge(STATE_METRICS.streamBytesMax, () =>
    streams().flatMap(({ name, bytesMax }) => (bytesMax > 0 ? [[[name], bytesMax] as const] : [])),
  );
  metrics.gauge(STATE_METRICS.streamReplicas, () =>
    streams().flatMap(
      ({ name, replicas, replicasCurrent }) =>
        [
          [[name, "wanted"], replicas],
          [[name, "current"], replicasCurrent],
        ] as const,
    ),
  );
  metrics.gauge(STATE_METRICS.pending, () => broker.latest()?.consumer?.pending);
  metrics.gauge(STATE_METRICS.unacknowledged, () => broker.latest()?.consumer?.ackPending);
  metrics.gauge(STATE_METRICS.redelivered, () => broker.latest()?.consumer?.redelivered);
}
