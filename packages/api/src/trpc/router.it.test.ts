/** Procedures called in this process, on the real state service and broker. */

import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { TRPCError } from "@trpc/server";
import { consumeEvents, type EventConsumer } from "@vigil/bus";
import { type AcceptedEvent, VigilError } from "@vigil/core";
import { ANONYMOUS, createPolicy, DEFAULT_POLICY_RULES } from "@vigil/http";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNewestModel } from "../models/newest-model.ts";
import { chain, Fixture, silent } from "../testing/fixture.ts";
import type { Services } from "./context.ts";
import { DOWNLOADS_AT_ONCE_MAX, SUBSCRIPTIONS_MAX } from "./limits.ts";
import { createCaller } from "./router.ts";
import { createServices } from "./services.ts";

interface Taken {
  event: AcceptedEvent;
  body: string;
}

let fixture: Fixture;
let services: Services;
let consumer: EventConsumer;
const taken: Taken[] = [];

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
  consumer = await consumeEvents(fixture.bus, {
    maxInFlight: 10,
    onPoison: async (message) => {
      throw new Error(`unreadable message ${JSON.stringify(message)}`);
    },
    handle: async (events) => {
      for (const { event, body } of events) taken.push({ event, body: new TextDecoder().decode(body) });
    },
  });
});

afterAll(async () => {
  await consumer?.stop();
  services?.publisher.close();
  await fixture?.stop();
});

function as(...roles: string[]) {
  const identity = { ...ANONYMOUS, userId: "user-1", projectId: "project-1", trustId: "trust-1", roles };
  return createCaller({ services, identity, remoteAddress: "10.0.0.1" });
}

async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; kind: string | undefined; message: string }> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof TRPCError)) throw new Error(`not refused, or by something else: ${thrown}`);
  const kind = thrown.cause instanceof VigilError ? thrown.cause.kind : undefined;
  return { code: thrown.code, kind, message: thrown.message };
}

const newAudit = (over = {}) =>
  as("admin").audits.create({ auditType: "EVENT", goal: "dummy", strategy: "dummy", ...over });

describe("audits", () => {
  test("create fills in defaults and shows what it stored", async () => {
    const created = await newAudit({ triggerStates: ["alarm"], startTime: "2027-01-01T10:00:00+02:00" });
    expect(created).toMatchObject({
      auditType: "EVENT",
      state: "PENDING",
      goalName: "dummy",
      strategyName: "dummy",
      parameters: { para1: 3.2, para2: "hello" },
      triggerStates: ["alarm"],
      startTime: "2027-01-01T08:00:00.000000+00:00",
      statusMessage: null,
      version: "1",
    });
    expect(await as("admin").audits.get({ audit: created.uuid })).toEqual(created);
    expect(await as("admin").audits.get({ audit: created.id })).toEqual(created);
  });

  test("create with the same UUID makes one audit", async () => {
    const uuid = randomUUID();
    const first = await newAudit({ uuid });
    expect(await newAudit({ uuid })).toEqual(first);
  });

  test("rules of the REST API hold here as well", async () => {
    expect(await refusal(newAudit({ auditType: "ONESHOT", interval: "10" }))).toMatchObject({
      code: "BAD_REQUEST",
      kind: "invalid-input",
      message: "Interval of audit must not be set for ONESHOT.",
    });
    expect(await refusal(newAudit({ parameters: { nonsense: 1 } }))).toMatchObject({ kind: "invalid-input" });
    expect(await refusal(newAudit({ goal: "nope" }))).toMatchObject({ code: "NOT_FOUND", kind: "not-found" });
    await newAudit({ name: "taken" });
    expect(await refusal(newAudit({ name: "taken" }))).toMatchObject({ code: "CONFLICT", kind: "conflict" });
  });

  test("unknown members are refused", async () => {
    expect(await refusal(newAudit({ colour: "red" }))).toMatchObject({ code: "BAD_REQUEST" });
  });

  test("list goes on by its marker to the end", async () => {
    for (let n = 0; n < 3; n++) await newAudit({ goal: "saving_energy", strategy: undefined });
    const page = await as("admin").audits.list({ goal: "saving_energy", limit: 2 });
    expect(page.items).toHaveLength(2);
    const rest = await as("admin").audits.list({
      goal: "saving_energy",
      limit: 2,
      marker: page.nextMarker ?? undefined,
    });
    expect(rest).toMatchObject({ items: [{ goalName: "saving_energy" }], nextMarker: null });
  });

  test("roles", async () => {
    expect(await refusal(as().audits.list({}))).toMatchObject({
      code: "FORBIDDEN",
      kind: "forbidden",
      message: "Policy doesn't allow audit:get_all to be performed.",
    });
    expect(await refusal(as("service").audits.create({ auditType: "EVENT", goal: "dummy" }))).toMatchObject({
      kind: "forbidden",
    });
  });
});

describe("audits.trigger", () => {
  const arrived = (eventId: string) =>
    until(`event ${eventId}`, () => taken.find(({ event }) => event.eventId === eventId));

  test("publishes an event as the edge does", async () => {
    const audit = await newAudit({ name: "to trigger" });
    const answer = await as("service").audits.trigger({ audit: "TO TRIGGER", body: { why: "hot" } });
    expect(answer).toMatchObject({ auditUuid: audit.uuid, duplicate: false });
    expect(await arrived(answer.eventId)).toEqual({
      body: '{"why":"hot"}',
      event: expect.objectContaining({
        auditUuid: audit.uuid,
        auditIdent: "TO TRIGGER",
        occurrenceKey: answer.occurrenceKey,
        exact: true,
        format: "generic",
        bodyParse: "ok",
        current: "alarm",
        contentType: "application/json",
        sender: {
          userId: "user-1",
          projectId: "project-1",
          trustId: "trust-1",
          remoteAddress: "10.0.0.1",
        },
      }),
    });
  });

  test("without a body", async () => {
    const audit = await newAudit();
    const { eventId } = await as("admin").audits.trigger({ audit: audit.uuid, current: "ok" });
    expect(await arrived(eventId)).toMatchObject({
      body: "",
      event: { bodyParse: "empty", current: "ok", contentType: "" },
    });
  });

  test("each call is a new event, unless its idempotency key says otherwise", async () => {
    const { uuid: audit } = await newAudit();
    const trigger = (idempotencyKey?: string) =>
      as("admin").audits.trigger({ audit, body: {}, idempotencyKey });
    const plain = [await trigger(), await trigger()];
    expect(new Set(plain.map(({ eventId }) => eventId)).size).toBe(2);
    const keyed = [await trigger("job-7"), await trigger("job-7"), await trigger("job-8")];
    expect(keyed.map(({ duplicate }) => duplicate)).toEqual([false, true, false]);
    expect(keyed[0]?.eventId).toBe(keyed[1]?.eventId);
    expect(keyed[0]?.eventId).not.toBe(keyed[2]?.eventId);
  });

  test("refusals in Watcher's words", async () => {
    expect(await refusal(as("admin").audits.trigger({ audit: "nobody" }))).toMatchObject({
      kind: "not-found",
      message: "Audit nobody could not be found",
    });
    const { uuid } = await newAudit({ auditType: "CONTINUOUS", interval: "3600" });
    expect(await refusal(as("admin").audits.trigger({ audit: uuid }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      kind: "illegal-state",
      message: "Audit type CONTINUOUS is disallowed.",
    });
    expect(await refusal(as("member").audits.trigger({ audit: uuid }))).toMatchObject({
      message: "Policy doesn't allow webhook:trigger to be performed.",
    });
    expect(await refusal(as("admin").audits.trigger({ audit: uuid, idempotencyKey: "a b" }))).toMatchObject({
      code: "BAD_REQUEST",
    });
  });
});

describe("events, runs and plans", () => {
  let audit: string;
  let plan: string;

  beforeAll(async () => {
    audit = (await newAudit()).uuid;
    plan = await fixture.plan(audit, chain(2_500));
  });

  test("the ledger, without the ids of trusts", async () => {
    const { items } = await as("admin").events.list({ auditUuid: audit });
    expect(items).toMatchObject([
      {
        auditUuid: audit,
        fate: "DONE",
        body: { encoding: "utf-8", text: "{}" },
        sender: { userId: "u", projectId: "p", remoteAddress: "10.0.0.1" },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain("secret");
    expect((await as("admin").events.list({ auditUuid: audit, fate: "WAITING" })).items).toEqual([]);
  });

  test("the run, with its explanation when asked for one", async () => {
    const { items } = await as("admin").runs.list({ auditUuid: audit, state: "SUCCEEDED" });
    expect(items).toMatchObject([
      {
        auditUuid: audit,
        cause: "EVENT",
        attempts: 1,
        actionPlanUuid: plan,
        eventCount: 1,
        explanation: null,
      },
    ]);
    const run = await as("admin").runs.get({ runId: items[0]?.runId ?? "" });
    expect(run).toMatchObject({ explanation: { why: "test" }, computeMs: 1, error: null });
    expect(await refusal(as("admin").runs.get({ runId: randomUUID() }))).toMatchObject({ kind: "not-found" });
  });

  test("what the run was started with, which its audit may no longer be", async () => {
    const { items } = await as("admin").runs.list({ auditUuid: audit });
    expect(items[0]?.inputs).toBeNull();
    const { inputs } = await as("admin").runs.get({ runId: items[0]?.runId ?? "" });
    expect(inputs).toMatchObject({ goalName: "dummy", auditType: "EVENT", scope: [], history: {} });
    expect(inputs?.parameters).toMatchObject({ para1: expect.anything() });
    // The fixture's worker tells no options.
    expect(inputs?.options).toBeNull();
  });

  test("why a plan is as it is", async () => {
    const { items } = await as("admin").runs.list({ auditUuid: audit });
    expect(await as("admin").plans.explanation({ uuid: plan })).toEqual({
      planUuid: plan,
      runId: items[0]?.runId,
      strategyName: "dummy",
      strategyVersion: "1",
      explanation: { why: "test" },
    });
    const nobody = as("admin").plans.explanation({ uuid: randomUUID() });
    expect(await refusal(nobody)).toMatchObject({ kind: "not-found" });
  });

  test("actions of a plan in pages", async () => {
    const first = await as("admin").plans.actions({ planUuid: plan, limit: 1_000 });
    const marker = first.nextMarker ?? "";
    const rest = await as("admin").plans.actions({ planUuid: plan, limit: 1_000, marker });
    expect(first.items).toHaveLength(1_000);
    expect(rest.items[0]?.inputParameters).toEqual({ message: "step 1000" });
    const nobody = as("admin").plans.actions({ planUuid: randomUUID() });
    expect(await refusal(nobody)).toMatchObject({ kind: "not-found" });
  });

  test("a plan with all its actions, in order", async () => {
    const found = await as("admin").plans.get({ uuid: plan });
    expect(found).toMatchObject({ uuid: plan, auditUuid: audit, state: "RECOMMENDED", actionsCut: false });
    expect(found.actions).toHaveLength(2_500);
    expect(found.actions.map(({ inputParameters }) => inputParameters.message)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => `step ${index}`),
    );
    expect(found.actions[1]?.parents).toEqual([found.actions[0]?.uuid]);
    const without = await as("admin").plans.get({ uuid: plan, withActions: false });
    expect(without).toEqual({ ...found, actions: [] });
    expect(found.efficacyIndicators).toEqual([
      { name: "released", description: "Released nodes", unit: "%", value: 12.5 },
    ]);
  });

  test("plans of an audit", async () => {
    const { items } = await as("admin").plans.list({ auditUuid: audit });
    expect(items.map(({ uuid }) => uuid)).toEqual([plan]);
    expect(await refusal(as("admin").plans.get({ uuid: "no uuid" }))).toMatchObject({ kind: "not-found" });
  });
});

describe("model", () => {
  test("import, current, summary", async () => {
    expect(await as("admin").model.current()).toBeNull();
    expect(await as("admin").model.summary()).toBeNull();
    const content = JSON.stringify(syntheticCluster({ nodes: 3, instances: 12, seed: 1 }));
    const imported = await as("admin").model.import({ content, fileName: "three.json" });
    expect(imported.summary).toMatchObject({ nodes: 3, instances: 12 });
    expect(await as("admin").model.current()).toEqual({
      hash: imported.hash,
      importedAt: imported.importedAt,
      revision: imported.revision,
    });
    services.newest = createNewestModel(services.models);
    expect(await as("admin").model.summary()).toEqual(imported);
  });

  test("the same content again is the same snapshot, newly imported", async () => {
    const content = JSON.stringify(syntheticCluster({ nodes: 3, instances: 12, seed: 1 }));
    const before = await as("admin").model.current();
    const again = await as("admin").model.import({ content, format: "cluster-json" });
    expect(again.hash).toBe(before?.hash);
    expect(again.revision).toBeGreaterThan(before?.revision ?? 0);
  });

  test("of two imports at a time one is told", async () => {
    const content = JSON.stringify(syntheticCluster({ nodes: 2, instances: 2, seed: 1 }));
    const both = await Promise.allSettled([
      as("admin").model.import({ content }),
      as("admin").model.import({
        content: JSON.stringify(syntheticCluster({ nodes: 4, instances: 2, seed: 1 })),
      }),
    ]);
    const refused = both.filter((one) => one.status === "rejected");
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "CONFLICT" });
    expect(refused.length).toBeLessThanOrEqual(1);
  });

  test("several files make one model, each with a part of it", async () => {
    const file = (name: string) => ({
      content: readFileSync(new URL(`../../../../test/data/scenarios/${name}`, import.meta.url), "utf8"),
      fileName: name,
    });
    const storage = file("storage_scenario_1.xml");
    const more = [storage, file("ironic_scenario_1.xml")];
    const { summary } = await as("admin").model.import({ ...file("scenario_1.xml"), more });
    expect(summary).toMatchObject({
      nodes: 5,
      instances: 35,
      storage: { pools: 4, volumes: 9, unmappedVolumes: 1 },
      baremetal: { nodes: 2 },
    });
    services.newest = createNewestModel(services.models);
    expect((await as("admin").model.summary())?.summary).toEqual(summary);
    expect(await refusal(as("admin").model.import(storage))).toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("storage_scenario_1.xml holds a storage model and no ComputeNode"),
    });
    expect(await refusal(as("admin").model.import({ ...storage, more: [storage] }))).toMatchObject({
      message: expect.stringContaining("Two files hold a storage model"),
    });
  });

  test("what is no model", async () => {
    expect(await refusal(as("admin").model.import({ content: "hello" }))).toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("neither cluster JSON nor scenario XML"),
    });
    expect(await refusal(as("admin").model.import({ content: "{}", format: "scenario-xml" }))).toMatchObject({
      kind: "invalid-input",
    });
  });

  test("a snapshot comes in pieces that join to its bytes", async () => {
    const content = JSON.stringify(syntheticCluster({ nodes: 300, instances: 6_000, seed: 1 }));
    const { hash } = await as("admin").model.import({ content });
    const pieces: Buffer[] = [];
    for await (const piece of await as("admin").model.snapshot({ hash })) {
      pieces.push(Buffer.from(piece, "base64"));
    }
    expect(pieces.length).toBeGreaterThan(1);
    expect(createHash("sha256").update(Buffer.concat(pieces)).digest("hex")).toBe(hash);
    expect(services.downloads.open).toBe(0);
  });

  test("a snapshot that is gone, one too many at a time, one that nobody reads to its end", async () => {
    const hash = "0".repeat(64);
    const first = async (wanted: string) => (await as("admin").model.snapshot({ hash: wanted })).next();
    expect(await refusal(first(hash))).toMatchObject({ code: "NOT_FOUND", kind: "not-found" });
    const head = await as("admin").model.current();
    services.downloads.open = DOWNLOADS_AT_ONCE_MAX;
    expect(await refusal(first(head?.hash ?? ""))).toMatchObject({ kind: "overloaded" });
    services.downloads.open = 0;
    const left = await as("admin").model.snapshot({ hash: head?.hash ?? "" });
    await left.next();
    expect(services.downloads.open).toBe(1);
    await left.return();
    expect(services.downloads.open).toBe(0);
    expect(await refusal(as("service").model.snapshot({ hash }))).toMatchObject({ code: "FORBIDDEN" });
  });

  test("only administrators import", async () => {
    expect(await refusal(as("service").model.import({ content: "{}" }))).toMatchObject({
      message: "Policy doesn't allow admin_api to be performed.",
    });
  });
});

describe("changes", () => {
  type Message = [id: string, data: Record<string, unknown>];

  /** The next messages of a subscription; ends it after as many as are wanted. */
  async function follow(
    input: object,
    wanted: number,
    meanwhile?: () => Promise<unknown>,
  ): Promise<Message[]> {
    const messages: Message[] = [];
    const subscription = await as("admin").changes(input);
    // Its type is what a client gets; here, without a client, it is tRPC's own envelope.
    for await (const envelope of subscription as AsyncIterable<unknown>) {
      const [id, data] = envelope as Message;
      messages.push([id, data]);
      if (messages.length === wanted) break;
      if (messages.length === 1) await meanwhile?.();
    }
    return messages;
  }

  test("begins with its position, then everything that happens", async () => {
    const messages = await follow({}, 2, () => newAudit({ name: "seen" }));
    expect(messages.map(([, data]) => data)).toMatchObject([
      { kind: "position", missed: false },
      { kind: "audit", name: "seen", state: "PENDING", version: "1" },
    ]);
    expect(Number(messages[1]?.[0])).toBe(Number(messages[0]?.[0]) + 1);
  });

  test("of one audit: audit, run and plan", async () => {
    const { uuid } = await newAudit();
    const messages = await follow({ auditUuid: uuid }, 6, async () => {
      await newAudit();
      await fixture.plan(uuid, chain(2));
    });
    const kinds = messages.map(([, data]) => `${data.kind} ${data.state ?? ""}`.trim());
    expect(kinds[0]).toBe("position");
    expect(kinds.slice(1).sort()).toEqual([
      "action_plan RECOMMENDED",
      "audit ONGOING",
      "audit SUCCEEDED",
      "run LIVE",
      "run SUCCEEDED",
    ]);
    expect(messages.find(([, data]) => data.kind === "action_plan")?.[1]).toMatchObject({
      actions: 2,
      auditUuid: uuid,
    });
  });

  test("of one kind", async () => {
    const messages = await follow({ kinds: ["action_plan"] }, 2, async () => {
      await fixture.plan((await newAudit()).uuid, chain(1));
    });
    expect(messages[1]?.[1].kind).toBe("action_plan");
  });

  test("resumes after the last one seen, without a new position", async () => {
    const [[,], [seen]] = (await follow({}, 2, () => newAudit())) as [Message, Message];
    await newAudit({ name: "while away 1" });
    await newAudit({ name: "while away 2" });
    const resumed = await follow({ lastEventId: seen }, 2);
    expect(resumed.map(([, data]) => data.name)).toEqual(["while away 1", "while away 2"]);
  });

  test("says so when what was missed cannot be had", async () => {
    const [[, first]] = (await follow({ lastEventId: "999999999" }, 1)) as [Message];
    expect(first).toEqual({ kind: "position", missed: true });
  });

  test("roles", async () => {
    expect(await refusal(as("service").changes({}))).toMatchObject({ code: "FORBIDDEN" });
  });

  test("no more than the process is meant to hold, and ended ones do not count", async () => {
    expect(services.subscriptions.open).toBe(0);
    services.subscriptions.open = SUBSCRIPTIONS_MAX;
    try {
      expect(await refusal(follow({}, 1))).toMatchObject({ code: "TOO_MANY_REQUESTS", kind: "overloaded" });
    } finally {
      services.subscriptions.open = 0;
    }
  });
});
