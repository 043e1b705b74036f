/** EditService over gRPC, with the audit index in a real NATS. */

import { randomUUID } from "node:crypto";
import { type AuditIndex, type Bus, connectBus, ensureTopology, openAuditIndex } from "@vigil/bus";
import { type RunningServer, startNats } from "@vigil/embedded";
import { connectState, type StateClient } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres, until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StateRole, startState } from "../server.ts";
import { failure, patchOf } from "./testing/edit-world.ts";

const logger = createLogger({ role: "state", level: "silent" });
let nats: RunningServer;
let bus: Bus;
let index: AuditIndex;
let postgres: TestPostgres;
let state: StateRole;
let client: StateClient;

beforeAll(async () => {
  nats = await startNats({ keepData: false });
  bus = await connectBus({ servers: nats.url, name: "edits test", logger });
  await ensureTopology(bus);
  index = await openAuditIndex(bus);
  postgres = await startTestPostgres();
  state = await startState({
    databaseUrl: await postgres.newDatabase(),
    host: "127.0.0.1",
    port: 0,
    bus,
    logger,
    eventMode: "coalesce",
  });
  client = connectState({ address: `127.0.0.1:${state.port}` });
  await until("the state role is ready", () => state.readiness().every(({ ready }) => ready));
});

afterAll(async () => {
  client?.close();
  await state?.stop();
  await index?.close();
  await bus?.close();
  await postgres?.stop();
  await nats?.stop();
});

/** What an edge knows of the audit that an ident names, once its replica has this version. */
async function indexed(ident: string, version: string) {
  await expect.poll(() => index.lookup(ident), { timeout: 5_000 }).toMatchObject({ found: { version } });
  return index.lookup(ident);
}

describe("edits over gRPC", () => {
  test("edges know of each edit, under the new name, and of the deletion", async () => {
    const name = `watched ${randomUUID()}`;
    const uuid = randomUUID();
    await client.records.createAudit({ uuid, name, auditType: "EVENT", goal: "dummy" });
    const { audit } = await client.edits.patchAudit(
      patchOf(name, [
        ["replace", "/name", `${name} 2`],
        ["replace", "/state", "ONGOING"],
      ]),
    );
    expect(audit).toMatchObject({ uuid, name: `${name} 2`, state: "ONGOING", version: "2" });
    expect(await indexed(`${name} 2`, "2")).toMatchObject({ found: { uuid, state: "ONGOING" } });
    await client.edits.patchAudit(patchOf(uuid, [["replace", "/state", "CANCELLED"]]));
    expect(await indexed(uuid, "3")).toMatchObject({ found: { uuid, state: "CANCELLED" } });
    await client.edits.deleteAudit({ editId: randomUUID(), ident: uuid });
    await expect.poll(() => index.lookup(uuid), { timeout: 5_000 }).toEqual({ missing: true });
    expect((await failure(client.records.getAudit({ ident: uuid, showDeleted: false }))).kind).toBe(
      "not-found",
    );
  });

  test("refusals come with their kind and text", async () => {
    const uuid = randomUUID();
    await client.records.createAudit({ uuid, name: "refused", auditType: "EVENT", goal: "dummy" });
    expect(await failure(client.edits.deleteAudit({ editId: randomUUID(), ident: uuid }))).toMatchObject({
      kind: "illegal-state",
      message: "Couldn't delete when state is 'PENDING'.",
    });
    const other = randomUUID();
    await client.records.createAudit({ uuid: other, name: "other", auditType: "EVENT", goal: "dummy" });
    expect(
      await failure(client.edits.patchAudit(patchOf(other, [["add", "/name", "refused"]]))),
    ).toMatchObject({
      kind: "conflict",
      message: "An audit with UUID or name refused already exists",
    });
    expect((await failure(client.edits.patchAction(patchOf(randomUUID(), [])))).kind).toBe("not-found");
    expect((await failure(client.edits.startActionPlan({ editId: randomUUID(), uuid }))).kind).toBe(
      "not-found",
    );
  });
});
