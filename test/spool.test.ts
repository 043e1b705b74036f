/** The broker is away, the edge is killed, and every alarm that was answered 202 is in the ledger once. */

import { readPrometheusText, until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Collector, startCollector } from "./harness/collector.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type HttpAnswer, type System, startSystem } from "./harness/system.ts";

let system: System;
let collector: Collector;
let api: RoleProcess;
let audits: string[];

beforeAll(async () => {
  [system, collector] = await Promise.all([startSystem(), startCollector()]);
  await system.start("state");
  [api] = await Promise.all([system.start("api"), system.start("worker", collector.environment)]);
  audits = await Promise.all([system.createAudit(api), system.createAudit(api)]);
}, 60_000);
afterAll(async () => {
  await system?.stop();
  await collector?.stop();
});

/** Event ids that were answered 202, of posts that go on until they are stopped; in the order of their sending. */
function load(edge: () => RoleProcess, audit: string) {
  const accepted: string[] = [];
  let stopped = false;
  const sender = (async () => {
    while (!stopped) {
      const answer = await system.request(edge(), "POST", `/v1/webhooks/${audit}`, {}).catch(() => undefined);
      const id = answer?.headers.get("vigil-event-id");
      // A killed edge answers nothing; what it had accepted may count all the same.
      if (answer !== undefined) expect(answer.status).toBe(202);
      if (id) accepted.push(id);
    }
  })();
  return {
    accepted,
    stop: () => {
      stopped = true;
      return sender;
    },
  };
}

async function eventsOf(audit: string): Promise<string[]> {
  const rows = await system.rows<{ event_id: string }>(
    "select event_id::text from event e join audit a on a.id = e.audit_id where a.uuid = $1 order by e.stream_sequence",
    [audit],
  );
  return rows.map((row) => row.event_id);
}

async function allInLedger(audit: string, accepted: readonly string[]): Promise<void> {
  await until(`${accepted.length} events in the ledger`, async () => {
    const found = new Set(await eventsOf(audit));
    return accepted.every((id) => found.has(id));
  });
  const found = await eventsOf(audit);
  expect(new Set(found).size).toBe(found.length);
  // In the order in which they were sent.
  expect(found.filter((id) => accepted.includes(id))).toEqual(accepted);
}

/** Whether its worker's span is below its publication, and that below its request. */
function tracedFromSpool(answer: HttpAnswer): boolean {
  const eventId = answer.headers.get("vigil-event-id");
  const spanOf = (name: string) =>
    collector.spans.find((span) => span.name === name && span.attributes["vigil.event.id"] === eventId);
  const webhook = spanOf("POST /v1/webhooks/{audit}");
  const published = spanOf("publish VIGIL_EVENTS");
  const taken = spanOf("process VIGIL_EVENTS");
  if (webhook === undefined || published === undefined || taken === undefined) return false;
  expect(published).toMatchObject({ traceId: webhook.traceId, parentSpanId: webhook.spanId });
  expect(taken).toMatchObject({ traceId: webhook.traceId, parentSpanId: published.spanId });
  return true;
}

it("a broker that stops and an edge that is killed meanwhile lose, double and disorder nothing", async () => {
  const port = { ...collector.environment, VIGIL_HTTP_PORT: new URL(api.healthUrl).port };
  await api.kill("SIGTERM");
  let edge = await system.start("edge", port);
  const posts = audits.map((audit) => load(() => edge, audit));
  const more = async (n: number) => {
    const before = posts.map(({ accepted }) => accepted.length);
    await until(`${n} more`, () =>
      posts.every(({ accepted }, index) => accepted.length >= before[index]! + n),
    );
  };
  await more(10);
  await system.stopNats();
  await more(30);
  await edge.kill("SIGKILL");
  // Never in reach of a broker since its start, so it knows no audit.
  edge = await system.start("edge", port);
  const spooled = await system.trigger(edge, audits[0]!);
  await more(30);
  await until("the spool in the metrics", async () => {
    const page = readPrometheusText(await (await fetch(`${edge.healthUrl}/metrics`)).text());
    const waiting = page.sum("vigil_spool_records")! > 30 && page.sum("vigil_spool_oldest_seconds")! > 0;
    return waiting && page.sum("vigil_spool_in_use") === 1 && page.sum("vigil_nats_connected") === 0;
  });
  await system.startNatsAgain();
  await until("the end of spooling", () => edge.log.join("").includes("the spool is empty"));
  await more(10);
  await Promise.all(posts.map((post) => post.stop()));
  for (const [n, audit] of audits.entries()) await allInLedger(audit, posts[n]!.accepted);
  await until("the trace of an event that was in the spool", () => tracedFromSpool(spooled));
  await edge.kill("SIGTERM");
}, 60_000);

it("with a journal, a broker that loses its data loses no event", async () => {
  const edge = await system.start("edge", { VIGIL_EDGE_JOURNAL: "always" });
  const worker = system.roles.find(({ role }) => role === "worker")!;
  // So that events are still in the stream when it goes.
  await worker.kill("SIGKILL");
  const posts = load(() => edge, audits[0]!);
  await until("some events", () => posts.accepted.length >= 20);
  await system.stopNats();
  await system.startNatsAgain({ loseData: true });
  await until("some more", () => posts.accepted.length >= 40);
  await posts.stop();
  await system.start("worker");
  await until("all in the ledger", async () => {
    const found = new Set(await eventsOf(audits[0]!));
    return posts.accepted.every((id) => found.has(id));
  });
  expect(edge.log.join("")).toContain("the ledger does not have these events");
}, 60_000);
