/** Events, dead letters and the walk through the ledger by procedures, on the real state service and broker. */

import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { ANONYMOUS, createPolicy, DEFAULT_POLICY_RULES } from "@vigil/http";
import { ledgerEvent } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chain, Fixture, silent } from "../testing/fixture.ts";
import type { Services } from "./context.ts";
import { createCaller } from "./router.ts";
import { createServices } from "./services.ts";

let fixture: Fixture;
let services: Services;

beforeAll(async () => {
  fixture = await Fixture.start();
  const policy = createPolicy(DEFAULT_POLICY_RULES);
  services = createServices({
    state: fixture.state,
    bus: fixture.bus,
    policy,
    eventMode: "coalesce",
    logger: silent(),
  });
});
afterAll(async () => {
  services?.publisher.close();
  await fixture?.stop();
});

function as(...roles: string[]) {
  const identity = { ...ANONYMOUS, userId: "operator", roles };
  return createCaller({ services, identity, remoteAddress: "" });
}
const admin = () => as("admin");

async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof TRPCError)) throw new Error(`not refused, or by something else: ${thrown}`);
  return { code: thrown.code, message: thrown.message };
}

async function newAudit(): Promise<string> {
  const audit = await admin().audits.create({ auditType: "EVENT", goal: "dummy", strategy: "dummy" });
  return audit.uuid;
}

const ingest = (event: ReturnType<typeof ledgerEvent>) =>
  fixture.state.runs.ingest({ workerId: "test-host:1:x", canRun: false, event });

describe("events", () => {
  test("one is shown, and runs again as a new one", async () => {
    const audit = await newAudit();
    await fixture.plan(audit, chain(1));
    const { items } = await admin().events.list({ auditUuid: audit });
    const { eventId } = items[0]!;
    const event = await admin().events.get({ eventId });
    expect(event).toMatchObject({ fate: "DONE", replayOf: null, streamSequence: null, auditIdent: audit });
    const editId = randomUUID();
    const replay = await admin().events.replay({ eventId, editId });
    expect(replay).toMatchObject({ fate: "WAITING", replayOf: eventId, body: event.body });
    expect(await admin().events.replay({ eventId, editId })).toEqual(replay);
    expect(await refusal(admin().events.replay({ eventId: replay.eventId }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: expect.stringContaining("it is WAITING, so it runs anyway"),
    });
    expect((await refusal(admin().events.get({ eventId: randomUUID() }))).code).toBe("NOT_FOUND");
  });
});

describe("dead letters", () => {
  test("are listed, shown, replayed and dropped", async () => {
    const name = `later ${randomUUID()}`;
    const sent = { ...ledgerEvent(""), auditIdent: name };
    await ingest(sent);
    await ingest({ ...ledgerEvent(""), auditIdent: "nobody" });
    const { items } = await admin().deadLetters.list({ resolution: "OPEN", sortKey: "id" });
    expect(items).toMatchObject([
      { kind: "event", auditUuid: null, eventId: sent.eventId, resolution: null, eventCount: 1 },
      { kind: "event", detail: { audit_ident: "nobody" } },
    ]);
    const [first, second] = items.map(({ uuid }) => uuid) as [string, string];
    expect(await refusal(admin().deadLetters.replay({ uuid: first }))).toMatchObject({
      code: "PRECONDITION_FAILED",
    });
    await admin().audits.create({ auditType: "EVENT", goal: "dummy", name });
    const replayed = await admin().deadLetters.replay({ uuid: first });
    expect(replayed).toMatchObject({ resolution: "REPLAYED", resolvedBy: "operator" });
    expect(await admin().deadLetters.get({ uuid: first })).toEqual(replayed);
    const [replayId] = replayed.replayEventIds;
    expect(await admin().events.get({ eventId: replayId! })).toMatchObject({ fate: "WAITING" });
    expect(await admin().deadLetters.drop({ uuid: second })).toMatchObject({ resolution: "DROPPED" });
    expect(await admin().deadLetters.list({ resolution: "OPEN" })).toEqual({ items: [], nextMarker: null });
    const page = await admin().deadLetters.list({ limit: 1, kind: "event" });
    const next = await admin().deadLetters.list({ limit: 1, marker: page.nextMarker! });
    expect([page.items[0]!.uuid, next.items[0]!.uuid]).toEqual([first, second]);
  });
});

test("the walk is clean, and counts", async () => {
  const events = await admin().verify.ledger({ part: "events" });
  expect(events).toMatchObject({ findings: [], nextAfter: null, counts: { DONE: 1, DEAD_LETTER: 2 } });
  for (const part of ["runs", "audits", "dead_letters"] as const) {
    expect(await admin().verify.ledger({ part })).toMatchObject({ findings: [], nextAfter: null });
  }
  expect(await admin().verify.stream({})).toEqual({
    messages: 0,
    waiting: 0,
    stored: 0,
    outOfTurn: 0,
    upTo: "0",
    nextAfter: null,
    findings: [],
  });
  expect(await admin().verify.spools()).toEqual({ spools: [] });
  expect((await refusal(admin().verify.ledger({ part: "runs", after: "-1" }))).code).toBe("BAD_REQUEST");
});

test("every procedure asks its rule", async () => {
  const uuid = randomUUID();
  const member = as("member");
  const calls: [string, Promise<unknown>][] = [
    ["audit:detail", member.events.get({ eventId: uuid })],
    ["audit:update", member.events.replay({ eventId: uuid })],
    ["audit:detail", member.deadLetters.list({})],
    ["audit:detail", member.deadLetters.get({ uuid })],
    ["audit:update", member.deadLetters.replay({ uuid })],
    ["audit:update", member.deadLetters.drop({ uuid })],
    ["audit:detail", member.verify.ledger({ part: "runs" })],
    ["audit:detail", member.verify.stream({})],
    ["audit:detail", member.verify.spools()],
  ];
  for (const [rule, call] of calls) {
    expect(await refusal(call)).toEqual({
      code: "FORBIDDEN",
      message: `Policy doesn't allow ${rule} to be performed.`,
    });
  }
});
