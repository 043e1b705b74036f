/**
 * What earlier releases wrote is read by this one, which goes on with it: their rows are migrated, their messages, calls
 * and spools understood. Each release leaves a recording of itself in test/releases (docs/release.md).
 */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Bus,
  connectBus,
  createModelStore,
  ensureTopology,
  openAuditIndex,
  subscribeChanges,
} from "@vigil/bus";
import { openSnapshot, summarizeModel } from "@vigil/core";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import { connect, headers as newHeaders } from "nats";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callRaw, methodsByPath } from "../packages/proto/src/testing/wire-tap.ts";
import { type System, startSystem } from "./harness/system.ts";
import { asJson, type RecordedMessage, readRecording, recordedVersions } from "./releases/recording.ts";

/** gRPC statuses that say: I do not understand you. */
const NOT_UNDERSTOOD = { UNKNOWN: 2, INVALID_ARGUMENT: 3, UNIMPLEMENTED: 12, INTERNAL: 13 };
/** Nobody dies here: the lease is production's, not the tests' short one. */
const LEASE = { VIGIL_LEASE_MS: "10000" };
/** On a busy machine. */
const WAIT_MS_MAX = 90_000;
/** Take what waits for today's workers. */
const TAKING = /\/Claim(Plans)?$/;

describe.each(recordedVersions())("release %s", (version) => {
  const recording = readRecording(version);
  const { audits, spooledEvents } = recording.unfinished;
  const spool = mkdtempSync(join(tmpdir(), "vigil-releases-"));
  let system: System;
  let bus: Bus;

  beforeAll(async () => {
    system = await startSystem();
    await restoreRows(system.databaseUrl, recording.rows);
    bus = await connectBus({
      servers: system.natsUrl,
      name: "releases",
      logger: createLogger({ role: "api", level: "error" }),
    });
    await ensureTopology(bus);
    await publishAgain(system, recording.messages);
    cpSync(join(recording.folder, "spool"), spool, { recursive: true });
  });
  afterEach((context) => {
    if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
  });
  afterAll(async () => {
    await bus?.close();
    await system?.stop();
    rmSync(spool, { recursive: true, force: true });
  });

  it("its calls say what they said then", () => {
    const methods = methodsByPath();
    for (const { path, code, request, response, requestRead, responseRead } of recording.calls) {
      const method = methods.get(path);
      expect(method, path).toBeDefined();
      expect(asJson(method!.requestDeserialize(Buffer.from(request, "base64")))).toMatchObject(
        requestRead as object,
      );
      if (code !== 0) continue;
      expect(asJson(method!.responseDeserialize(Buffer.from(response, "base64")))).toMatchObject(
        responseRead as object,
      );
    }
  });

  it("its audit index, changes and models are read", async () => {
    const index = await openAuditIndex(bus);
    for (const audit of Object.values(audits))
      expect(await until(audit, () => index.lookup(audit))).toMatchObject({ found: { uuid: audit } });
    await index.close();
    const written = recording.messages.filter(({ stream }) => stream === "VIGIL_CHANGES");
    const stop = new AbortController();
    let read = 0;
    for await (const _ of subscribeChanges(bus, { afterSequence: 0, signal: stop.signal }))
      if (++read === written.length) stop.abort();
    const models = createModelStore(bus);
    const head = await models.head("compute");
    expect(summarizeModel(openSnapshot(await models.get(head!.hash))).nodes).toBeGreaterThan(0);
  });

  it("its rows are migrated, and its workers' calls answered", async () => {
    await system.start("state", LEASE);
    const answers = await Promise.all(
      recording.calls
        .filter(({ path }) => !TAKING.test(path))
        .map(({ path, request }) => callRaw(system.stateAddress, path, Buffer.from(request, "base64"))),
    );
    const misunderstood = answers.filter(({ code }) => Object.values(NOT_UNDERSTOOD).includes(code));
    expect(misunderstood.map(({ path, code }) => `${path}: ${code}`)).toEqual([]);
  });

  it("what it left half done is done", async () => {
    await Promise.all([system.start("edge", { VIGIL_EDGE_SPOOL_DIR: spool }), system.start("worker", LEASE)]);
    await until(
      "the waiting run's plan",
      async () => (await system.count("action_plan", audits.waitingRun)) === 1,
      WAIT_MS_MAX,
    );
    // Not before: as in Watcher, a ONESHOT audit is cancelled while a plan is executed.
    await system.start("applier", LEASE);
    await until(
      "the started plan's end",
      async () => {
        const [plan] = await system.rows<{ state: string }>(
          "select p.state from action_plan p join audit a on a.id = p.audit_id where a.uuid = $1",
          [audits.startedPlan],
        );
        return plan?.state === "SUCCEEDED";
      },
      WAIT_MS_MAX,
    );
    await until("the spooled events' fates", async () => {
      const events = await system.rows<{ fate: string }>(
        "select fate from event where event_id = any($1::uuid[]) and fate not in ('WAITING', 'LEASED')",
        [spooledEvents],
      );
      return events.length === spooledEvents.length;
    });
    expect(await system.rows("select * from dead_letter")).toEqual([]);
    expect(await system.rows("select 1 from run where state = 'FAILED'")).toEqual([]);
  });
});

async function restoreRows(databaseUrl: string, rows: string): Promise<void> {
  // A connection of its own: the dump changes its search path.
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(rows).finally(() => client.end());
}

async function publishAgain(system: System, messages: readonly RecordedMessage[]): Promise<void> {
  const nats = await connect(system.natsOptions);
  const stream = nats.jetstream();
  for (const { stream: name, subject, headers, body } of messages) {
    if (name === "") continue;
    const copy = newHeaders();
    // What a writer expected of its stream then is not so in this one.
    for (const [key, values] of Object.entries(headers).filter(([one]) => !one.startsWith("Nats-Expected")))
      for (const value of values) copy.append(key, value);
    await stream.publish(subject, Buffer.from(body, "base64"), { headers: copy });
  }
  await nats.close();
}
