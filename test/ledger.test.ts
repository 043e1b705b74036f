/** The ledger for operators, with the program on real roles: what went wrong is found, done again or dropped. */

import { randomUUID } from "node:crypto";
import { syntheticCluster, until } from "@vigil/testkit";
import { connect } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callVigil, type Ended, runVigil } from "./harness/cli.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let edge: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api, edge } = await system.startAll());
  await system.importModel(api, syntheticCluster({ nodes: 4, instances: 8, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

const vigil = (...args: string[]) => callVigil(system, api, ...args);

async function json(...args: string[]): Promise<{ status: number; lines: Record<string, unknown>[] }> {
  const { status, stdout } = await vigil(...args, "--json");
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

function wellEnded({ status, stderr, stdout }: Ended): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

async function openLetters(audit?: string) {
  const { lines } = await json("dead-letters", "list", "--open", ...(audit ? ["--audit", audit] : []));
  return lines;
}

describe("what could not be done", () => {
  it("a run that failed for good runs again when its reason is gone", async () => {
    const name = `maintenance-${randomUUID()}`;
    const audit = await system.createAudit(api, {
      name,
      goal: "cluster_maintaining",
      strategy: "host_maintenance",
      parameters: { maintenance_node: "no-such-host" },
    });
    await system.trigger(edge, audit, { note: "\u001b]0;owned\u0007" });
    await until("the dead letter", async () => (await system.count("dead_letter", audit)) === 1);
    const [letter] = await openLetters(name);
    expect(letter).toMatchObject({ kind: "run", auditUuid: audit, eventCount: 1, resolution: null });
    const uuid = letter!.uuid as string;
    expect(wellEnded(await vigil("dead-letters", "show", uuid))).toMatch(/reason .*no-such-host/);
    const [{ eventId } = { eventId: "" }] = (await json("events", "list", "--audit", name)).lines;
    const shown = wellEnded(await vigil("events", "show", eventId as string));
    expect(shown).toContain("fate           DEAD_LETTER");
    expect(shown).toContain("\\u001b]0;owned\\u0007");
    expect(shown).not.toContain("\u001b");
    const mended = [{ op: "replace", path: "/parameters", value: { maintenance_node: await someHost() } }];
    expect((await system.request(api, "PATCH", `/v1/audits/${audit}`, mended)).status).toBe(200);
    const replayed = wellEnded(await vigil("dead-letters", "replay", "--all", "--audit", name));
    expect(replayed).toMatch(new RegExp(`^dead letter ${uuid}: its event runs again as [0-9a-f-]{36}\n$`));
    await system.plans(audit, 1);
    expect(await openLetters(name)).toEqual([]);
    const again = await vigil("dead-letters", "replay", uuid);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining("is replayed already") });
    // One more of what is done, by its id.
    const [done] = (await json("events", "list", "--audit", audit, "--fate", "DONE")).lines;
    const text = wellEnded(await vigil("events", "replay", done!.eventId as string));
    expect(text).toMatch(/runs again as .*, which is WAITING\n$/);
    await system.plans(audit, 2);
  });

  it("a message that is no event is kept with its reason, and dropped", async () => {
    const connection = await connect(system.natsOptions);
    await connection.jetstream().publish("vigil.events.unresolved", "no event");
    await connection.close();
    await until("its dead letter", async () => (await openLetters()).length === 1);
    const [misfit] = await openLetters();
    expect(misfit).toMatchObject({ kind: "event", auditUuid: null, eventCount: 1 });
    expect(wellEnded(await vigil("dead-letters", "list"))).toMatch(/could not be handled/);
    const uuid = misfit!.uuid as string;
    expect(await vigil("dead-letters", "replay", uuid)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("drop the dead letter"),
    });
    const both = await vigil("dead-letters", "drop", uuid, randomUUID());
    expect(both).toMatchObject({ status: 3, stdout: `dead letter ${uuid} is dropped\n` });
    expect(await openLetters()).toEqual([]);
    expect((await vigil("events", "show", randomUUID())).status).toBe(3);
  });
});

describe("the commands of an operator", () => {
  it("shows who is there, what waits and what needs a hand", async () => {
    const roles = async () => {
      const { lines } = await json("status");
      const { processes } = lines[0]!.system as { processes: { role: string }[] };
      return processes.map(({ role }) => role).sort();
    };
    await until("every role has reported", async () => (await roles()).length >= 3);
    expect(await roles()).toEqual(expect.arrayContaining(["api", "state", "worker"]));
    const { status, lines } = await json("status");
    expect(lines).toMatchObject([{ ok: true, findings: [] }]);
    expect(status).toBe(0);
    expect(lines[0]!.system).toMatchObject({
      version: "0.1.0",
      deadLettersOpen: 0,
      broker: {
        streams: expect.arrayContaining([expect.objectContaining({ name: "VIGIL_EVENTS", replicas: 1 })]),
      },
      model: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      spools: [{ version: "0.1.0", records: 0, clockAheadMs: 0 }],
    });
    const screen = wellEnded(await vigil("status"));
    expect(screen).toMatch(/^ROLE +HOST +RELEASE +SEEN +ON\nedge /);
    expect(screen).toMatch(/\nworker .* 0\.1\.0 .* ago /);
    expect(screen).toContain("VIGIL_EVENTS");
    expect(screen).toMatch(/All is well\.\n$/);
  });

  it("lists and shows audits, runs, plans and the model; starts and cancels plans", async () => {
    const name = `shown-${randomUUID()}`;
    const audit = await system.createAudit(api, { name });
    await system.trigger(edge, audit, {});
    await system.plans(audit, 1);
    const [listed] = (await json("audits", "list", "--limit", "1")).lines;
    expect(listed).toMatchObject({ uuid: audit, name, auditType: "EVENT" });
    expect(wellEnded(await vigil("audits", "show", name))).toMatch(/state +SUCCEEDED\n/);
    const [run] = (await json("runs", "list", "--audit", name, "--state", "succeeded")).lines;
    expect(run).toMatchObject({ auditUuid: audit, state: "SUCCEEDED", eventCount: 1 });
    expect(wellEnded(await vigil("runs", "list", "--audit", name))).toContain(run!.runId);
    expect(wellEnded(await vigil("runs", "show", name))).toContain(`run ${run!.runId}\n`);
    const [plan] = (await json("plans", "list", "--audit", name)).lines;
    const uuid = plan!.uuid as string;
    const shown = wellEnded(await vigil("plans", "show", uuid));
    expect(shown).toContain(`action plan ${uuid}\n`);
    expect(shown).toMatch(/ACTION +TYPE +STATE +AFTER +ON +BECAUSE\n/);
    expect((await json("plans", "list", "--audit", name, "--state", "FAILED")).lines).toEqual([]);
    expect(wellEnded(await vigil("plans", "cancel", uuid))).toBe(`action plan ${uuid} is CANCELLED\n`);
    expect((await vigil("plans", "start", uuid)).status).toBe(1);
    expect((await vigil("plans", "show", randomUUID())).status).toBe(3);
    const [model] = (await json("model", "show")).lines;
    expect(model).toMatchObject({ summary: { nodes: 4, instances: 8 } });
    expect(wellEnded(await vigil("model", "show"))).toMatch(/nodes +4 \(/);
  });
});

describe("vigil verify", () => {
  it("is clean while events come, and counts them when they are done", async () => {
    const audits = await Promise.all(Array.from({ length: 4 }, () => system.createAudit(api)));
    const load = (async () => {
      for (let n = 0; n < 40; n++)
        await Promise.all(audits.map((audit) => system.trigger(edge, audit, { n })));
    })();
    const [first] = (await json("verify")).lines;
    await load;
    const second = wellEnded(await vigil("verify"));
    expect(first).toMatchObject({ ok: true, findings: [], problems: [] });
    expect(second).toContain("Nothing contradicts: each accepted event waits or has exactly one fate.");
    await until("every event is done", async () => {
      const [open] = await system.rows("select 1 from event where fate in ('WAITING', 'LEASED') limit 1");
      const [arrived] = await system.rows<{ n: number }>("select count(*)::int as n from event");
      return open === undefined && arrived!.n === 165;
    });
    const [last] = (await json("verify")).lines;
    expect(last).toMatchObject({
      ok: true,
      ledger: { events: { DONE: 163, DEAD_LETTER: 2 }, dead_letters: { REPLAYED: 1, DROPPED: 1 } },
      stream: { checked: 163, waiting: 0, unseen: 0 },
      spools: [{ records: 0, refused: 0 }],
    });
  });

  it("tells of an edge whose disk does not give back what was accepted, as does doctor", async () => {
    const connection = await connect(system.natsOptions);
    const spool = { edge: "with a bad disk", records: 0, bytes: 0, oldestMs: 0, refused: 0, journaled: 0 };
    connection.subscribe("vigil.ask.spool", {
      callback: (_, message) => void message.respond(JSON.stringify({ answer: { ...spool, unreadable: 2 } })),
    });
    await connection.flush();
    const verified = await vigil("verify");
    expect(verified.stdout).toContain("the disk of edge with a bad disk does not give back 2 records");
    const examined = await vigil("doctor");
    await connection.close();
    expect(verified.status).toBe(1);
    expect(examined.stdout).toContain("spool-unreadable");
  });

  it("names what contradicts, and ends with 1", async () => {
    const [hole] = await system.rows<{ event_id: string }>(
      "update event set fate = 'WAITING' where id = (select max(id) from event where fate = 'DONE') returning event_id",
    );
    // As a process: supervisors and cron see its status.
    const { status, stdout } = await runVigil(system, api, "verify");
    expect(status).toBe(1);
    expect(stdout).toContain(`event-waits-for-nothing: 1 events are WAITING`);
    expect(stdout).toContain(hole!.event_id);
    // In this process, and so at once: state notices within seconds that the ledger lacks one, and has it come again.
    const [lost] = await system.rows<{ event_id: string; stream_sequence: string }>(
      `delete from event where id = (select max(id) from event where fate = 'DONE' and stream_sequence > 0)
       returning event_id, stream_sequence`,
    );
    const { stdout: text } = await vigil("verify");
    expect(text).toContain("message-not-in-ledger: 1 messages were acknowledged");
    expect(text).toContain(`sequence ${lost!.stream_sequence} (event ${lost!.event_id})`);
    expect(text).toContain("2 rules are broken.");
  });
});

/** A node of the model that was imported. */
async function someHost(): Promise<string> {
  const version = { "openstack-api-version": "infra-optim 1.3" };
  const answer = await system.request(
    api,
    "GET",
    "/v1/data_model/?data_model_type=compute",
    undefined,
    version,
  );
  return answer.body.context[0].node_hostname;
}
