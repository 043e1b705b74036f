/** Events during a run: exactly one follow-up, also when the event meets the very end of the run. */

import { randomUUID } from "node:crypto";
import type { Lease__Output } from "@vigil/proto";
import { ledgerEvent, syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lockAuditRow } from "./harness/barrier.ts";
import { type Collector, startCollector } from "./harness/collector.ts";
import { plan } from "./harness/messages.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let collector: Collector;
let api: RoleProcess;
let edge: RoleProcess;

beforeAll(async () => {
  [system, collector] = await Promise.all([startSystem(), startCollector()]);
  ({ api, edge } = await system.startAll(collector.environment));
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(async () => {
  await system?.stop();
  await collector?.stop();
});

/** Takes a run of the audit as a worker would, and keeps it live as long as the test wants. */
async function holdRun(audit: string): Promise<{ lease: Lease__Output; complete: () => Promise<string> }> {
  const workerId = `test-host:${process.pid}:${randomUUID()}`;
  const { lease } = await system.state.runs.ingest({ workerId, canRun: true, event: ledgerEvent(audit) });
  if (!lease) throw new Error("the ingest gave no lease");
  const beat = setInterval(() => {
    system.state.runs.heartbeat({ workerId, leases: [lease] }).catch(() => undefined);
  }, lease.heartbeatMs);
  const complete = async () => {
    const answer = await system.state.runs.complete({
      workerId,
      runId: lease.runId,
      token: lease.token,
      plan: plan(),
    });
    clearInterval(beat);
    return answer.outcome;
  };
  return { lease, complete };
}

/** Those of a trace, when so many are there: processes send theirs each at its time. */
function traceOf(traceId: string, count: number) {
  return until(`${count} spans of trace ${traceId}`, () => {
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    return spans.length >= count && spans;
  });
}

describe("the trace of one alarm", () => {
  it("goes from its sender's span to the commit of its plan", async () => {
    const audit = await system.createAudit(api);
    const [traceId, senderSpan] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
    const requestId = `req-${randomUUID()}`;
    const headers = { traceparent: `00-${traceId}-${senderSpan}-01`, "x-openstack-request-id": requestId };
    const answer = await system.request(edge, "POST", `/v1/webhooks/${audit}`, {}, headers);
    expect(answer.status).toBe(202);
    await system.plans(audit, 1);

    const spans = await traceOf(traceId, 13);
    const byId = new Map(spans.map((span) => [span.spanId, `${span.service} ${span.name}`]));
    const tree = spans.map(({ service, name, parentSpanId }) => [
      byId.get(parentSpanId) ?? parentSpanId,
      `${service} ${name}`,
    ]);
    const webhook = "vigil-edge POST /v1/webhooks/{audit}";
    const [ingest, complete] = ["vigil.v1.RunService/Ingest", "vigil.v1.RunService/Complete"];
    expect(tree.toSorted()).toEqual(
      [
        [senderSpan, webhook],
        [webhook, "vigil-edge publish VIGIL_EVENTS"],
        ["vigil-edge publish VIGIL_EVENTS", "vigil-worker process VIGIL_EVENTS"],
        ["vigil-worker process VIGIL_EVENTS", `vigil-worker ${ingest}`],
        [`vigil-worker ${ingest}`, `vigil-state ${ingest}`],
        [`vigil-state ${ingest}`, "vigil-state transaction"],
        ["vigil-worker process VIGIL_EVENTS", "vigil-worker run"],
        ["vigil-worker run", "vigil-worker snapshot"],
        ["vigil-worker run", "vigil-worker wait"],
        ["vigil-worker run", "vigil-worker compute"],
        ["vigil-worker run", `vigil-worker ${complete}`],
        [`vigil-worker ${complete}`, `vigil-state ${complete}`],
        [`vigil-state ${complete}`, "vigil-state transaction"],
      ].toSorted(),
    );
    const attributesOf = (name: string) => spans.find((span) => span.name === name)!.attributes;
    expect(attributesOf("POST /v1/webhooks/{audit}")).toMatchObject({
      "http.response.status_code": 202,
      "http.request.header.x-openstack-request-id": [requestId],
      "http.response.header.x-openstack-request-id": [answer.headers.get("x-openstack-request-id")],
      "vigil.event.id": answer.headers.get("vigil-event-id"),
      "vigil.audit.uuid": audit,
    });
    const [plan] = await system.rows<{ uuid: string }>(
      "select p.uuid from action_plan p join audit a on a.id = p.audit_id where a.uuid = $1",
      [audit],
    );
    expect(attributesOf("run")).toMatchObject({
      "vigil.plan.uuid": plan!.uuid,
      "vigil.run.outcome": "recorded",
      "vigil.strategy": "dummy",
    });
    expect(attributesOf("compute")).toMatchObject({ "vigil.compute.thread_ms.strategy": expect.any(Number) });
    expect(collector.headers()["x-key"]).toBe("a secret");
  });

  it("of a sender that is not known does not begin", async () => {
    const traceId = "5bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const refused = await system.request(
      edge,
      "POST",
      "/v1/webhooks/x",
      {},
      { ...headers, "x-auth-token": "?" },
    );
    expect(refused.status).toBe(401);
    const missing = await system.request(edge, "POST", "/v1/webhooks/no-such-audit", {}, headers);
    expect(missing.status).toBe(404);
    const spans = await traceOf(traceId, 1);
    expect(spans.map((span) => span.attributes["http.response.status_code"])).toEqual([404]);
    expect(JSON.stringify(spans)).not.toContain("no-such-audit");
  });
});

describe("events while a run is live", () => {
  it("20 of them give exactly one follow-up run that answers them all", async () => {
    const audit = await system.createAudit(api);
    const held = await holdRun(audit);
    for (let n = 0; n < 20; n++) await system.trigger(edge, audit);
    await until(
      "20 waiting events",
      async () => (await system.count("event", audit, "t.fate = 'WAITING'")) === 20,
    );
    expect(await system.count("run", audit)).toBe(1);

    expect(await held.complete()).toBe("RECORDED");
    await system.plans(audit, 2);
    expect(await system.count("run", audit)).toBe(2);
    const [row] = await system.rows<{ runs: number }>(
      `select count(distinct e.run_id)::int as runs from event e join audit a on a.id = e.audit_id
       where a.uuid = $1 and e.fate = 'DONE' and e.run_id <> (select id from run where run_id = $2)`,
      [audit, held.lease.runId],
    );
    expect(row!.runs).toBe(1);

    const followUp = await until("the follow-up run's span", () =>
      collector.spans.find((span) => span.name === "run" && span.attributes["vigil.audit.uuid"] === audit),
    );
    expect(followUp.attributes["vigil.event.count"]).toBe(20);
    const taken = collector.spans.filter(
      (span) => span.name === "process VIGIL_EVENTS" && span.attributes["vigil.audit.uuid"] === audit,
    );
    const answers = [followUp.parentSpanId, ...followUp.links.map(({ spanId }) => spanId)];
    expect(answers.toSorted()).toEqual(taken.map(({ spanId }) => spanId).toSorted());
  });

  it.each(["complete first", "event first"])(
    "one that meets the end of the run gets its follow-up: %s",
    async (order) => {
      const audit = await system.createAudit(api);
      const held = await holdRun(audit);
      const barrier = await lockAuditRow(system, audit);
      const complete = () => held.complete();
      const post = () => system.trigger(edge, audit);
      const first = order === "complete first" ? complete() : post();
      await barrier.waiters(1);
      const second = order === "complete first" ? post() : complete();
      await barrier.waiters(2);
      await barrier.open();
      await Promise.all([first, second]);
      await system.plans(audit, 2);
      expect(await system.count("event", audit, "t.fate = 'DONE'")).toBe(2);
    },
  );

  it("complete twice with one token writes one plan and answers the same", async () => {
    const audit = await system.createAudit(api);
    const workerId = "test-host:1:x";
    const { lease } = await system.state.runs.ingest({ workerId, canRun: true, event: ledgerEvent(audit) });
    const request = { workerId, runId: lease!.runId, token: lease!.token, plan: plan() };
    const first = await system.state.runs.complete(request);
    const second = await system.state.runs.complete(request);
    expect(second).toEqual(first);
    expect(await system.count("action_plan", audit)).toBe(1);
    const stale = { ...request, token: String(BigInt(lease!.token) + 1n) };
    await expect(system.state.runs.complete(stale)).rejects.toMatchObject({ kind: "illegal-state" });
  });

  it("the same message again starts nothing", async () => {
    const audit = await system.createAudit(api);
    const message = ledgerEvent(audit);
    const workerId = "test-host:1:y";
    const first = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(first.outcome).toBe("STARTED");
    // The first answer may have been lost: the same worker is told its lease again, another is not.
    const again = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(again.lease?.token).toBe(first.lease!.token);
    const other = await system.state.runs.ingest({ workerId: "other:1:z", canRun: true, event: message });
    expect(other).toMatchObject({ outcome: "WAITING", lease: null });
    await system.state.runs.complete({
      workerId,
      runId: first.lease!.runId,
      token: first.lease!.token,
      plan: plan(),
    });
    const late = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(late.lease).toBeNull();
    expect(await system.count("run", audit)).toBe(1);
  });
});
