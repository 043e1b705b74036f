/** What an edge counts. */

import { VigilError } from "@vigil/core";
import {
  type BoundCounter,
  type BoundHistogram,
  counter,
  gauge,
  histogram,
  type Metrics,
  QUICK_S,
} from "@vigil/service";

export const EDGE_METRICS = {
  webhooks: counter(
    "vigil_webhooks_total",
    "Webhooks that were answered, by HTTP code and reason: accepted, duplicate, or why not (keystone, lookup, memory, storage: what was away or used up; deadline; else the kind of refusal)",
    ["code", "reason"],
  ),
  acceptSeconds: histogram(
    "vigil_webhook_accept_seconds",
    "Time from the end of a webhook's headers to its 202, with the time that its sender took for the body",
    QUICK_S,
  ),
  underWay: gauge("vigil_webhooks_under_way", "Webhooks that are not answered yet"),
  bodyBytes: gauge(
    "vigil_webhook_body_bytes",
    "Bodies in memory, coming in or waiting for broker or disk, by what has come of them",
  ),
  bodyBytesMax: gauge("vigil_webhook_body_bytes_max", "Bytes of bodies that there may be in memory"),
  ackSeconds: histogram(
    "vigil_broker_ack_seconds",
    "Time until JetStream acknowledged an event, published directly or by the drain of the spool",
    QUICK_S,
    ["way"],
  ),
  publishFailures: counter(
    "vigil_broker_publish_failures_total",
    "Publications of events that failed, by kind of error",
    ["way", "reason"],
  ),
  spooled: counter(
    "vigil_spool_events_total",
    "Events that went to the spool, since the broker did not take them",
  ),
  spoolInUse: gauge(
    "vigil_spool_in_use",
    "1 while new events go to the spool, 0 while they go to the stream",
  ),
  spoolRecords: gauge("vigil_spool_records", "Events in the spool that wait for the broker"),
  spoolJournaled: gauge(
    "vigil_spool_journaled_records",
    "Events in the journal that are published and that the ledger has not confirmed",
  ),
  spoolBytes: gauge("vigil_spool_bytes", "Room that the spool takes on its disk"),
  spoolBytesMax: gauge("vigil_spool_bytes_max", "Room that it may take"),
  spoolOldestSeconds: gauge(
    "vigil_spool_oldest_seconds",
    "Age of the oldest event that waits for the broker; 0 without one",
  ),
  spoolRefused: gauge(
    "vigil_spool_refused_files",
    "Accepted events that the broker refused for good, kept as files",
  ),
  spoolDamaged: gauge("vigil_spool_damaged_files", "Damaged parts of the spool, put aside as files"),
  spoolUnreadable: gauge(
    "vigil_spool_unreadable",
    "Records and segments that the disk does not give back at the moment",
  ),
  indexReady: gauge("vigil_audit_index_ready", "1 when the edge has the index of audits, else 0"),
} as const;

/** Outages have the name of what was away; other refusals that of their kind. */
export type Stage = "keystone" | "lookup" | "memory" | "storage";

const LOSSES: readonly (Stage | "deadline")[] = ["keystone", "lookup", "memory", "storage", "deadline"];

export class WebhookCounts {
  readonly #metrics: Metrics;
  readonly #accepted: BoundCounter;
  readonly #duplicate: BoundCounter;
  readonly #seconds: BoundHistogram;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    const webhooks = metrics.counter(EDGE_METRICS.webhooks);
    this.#accepted = webhooks.of("202", "accepted");
    this.#duplicate = webhooks.of("202", "duplicate");
    this.#seconds = metrics.histogram(EDGE_METRICS.acceptSeconds).of();
    // There from the start: the rate of a counter that appears with its first alarm lost is zero.
    for (const reason of LOSSES) webhooks.of("503", reason);
    webhooks.of("500", "internal");
  }

  /** @param beganMs of `performance.now()` */
  accepted(duplicate: boolean, beganMs: number): void {
    (duplicate ? this.#duplicate : this.#accepted).inc();
    this.#seconds.observeSince(beganMs);
  }

  refused(code: number, reason: string): void {
    this.#metrics.counter(EDGE_METRICS.webhooks).of(String(code), reason).inc();
  }
}

/** Publications in one way, direct or by the drain. */
export class PublishCounts {
  readonly #metrics: Metrics;
  readonly #way: "direct" | "drain";
  readonly #seconds: BoundHistogram;

  constructor(metrics: Metrics, way: "direct" | "drain") {
    this.#metrics = metrics;
    this.#way = way;
    this.#seconds = metrics.histogram(EDGE_METRICS.ackSeconds).of(way);
  }

  acknowledged(beganMs: number): void {
    this.#seconds.observeSince(beganMs);
  }

  failed(thrown: unknown): void {
    const { kind } = VigilError.from(thrown);
    this.#metrics.counter(EDGE_METRICS.publishFailures).of(this.#way, kind).inc();
  }
}
