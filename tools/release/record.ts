/**
 * `make record`: runs this release as separate processes, brings it into a state in which much is half done, and keeps
 * what it said and wrote below test/releases/VERSION. Every later release is held against it by test/releases.test.ts.
 * Needs TEST_DATABASE_URL, a PostgreSQL of the same major release as the `pg_dump` on PATH.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { syntheticCluster, until } from "@vigil/testkit";
import { connect, type MsgHdrs, type NatsConnection } from "nats";
import { methodsByPath, startWireTap, type TappedCall } from "../../packages/proto/src/testing/wire-tap.ts";
import type { RoleProcess } from "../../test/harness/role-process.ts";
import { type System, startSystem } from "../../test/harness/system.ts";
import {
  asJson,
  type RecordedCall,
  type RecordedMessage,
  type Unfinished,
} from "../../test/releases/recording.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
/** Of each method: enough to see it with and without its optional members, and small. */
const CALLS_PER_METHOD_MAX = 3;

const main = async (): Promise<void> => {
  if (!process.env.TEST_DATABASE_URL)
    throw new Error(
      "TEST_DATABASE_URL is not set. Give it a PostgreSQL of the same major release as `pg_dump --version` says.",
    );
  const system = await startSystem();
  const spool = mkdtempSync(join(tmpdir(), "vigil-record-"));
  try {
    await record(system, spool);
  } catch (error) {
    process.stderr.write(`${system.logs()}\n`);
    throw error;
  } finally {
    await system.stop();
    rmSync(spool, { recursive: true, force: true });
  }
};

async function record(system: System, spool: string): Promise<void> {
  await system.start("state");
  const tap = await startWireTap(system.stateAddress);
  system.useState(tap.address);
  const nats = await connect(system.natsOptions);
  const seen = listen(nats);
  const left = await leaveUnfinished(system, spool);
  const messages = [...seen, ...(await stored(nats))];
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(REPOSITORY, "test/releases", version);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const commit = execFileSync("git", ["-C", REPOSITORY, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const keep = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 1)}\n`);
  keep("unfinished.json", { version, commit, ...left } satisfies Unfinished);
  keep("messages.json", messages);
  keep("calls.json", kept(tap.calls));
  writeFileSync(join(folder, "rows.sql"), dump(system.databaseUrl));
  cpSync(spool, join(folder, "spool"), { recursive: true });
  tap.close();
  await nats.close();
  process.stdout.write(`${folder}: ${messages.length} messages, ${tap.calls.length} calls seen\n`);
}

/** Everything of Vigil that is published from now on, as it passes by. */
function listen(nats: NatsConnection): RecordedMessage[] {
  const seen: RecordedMessage[] = [];
  nats.subscribe("vigil.>", {
    callback: (_error, message) => {
      // Stored ones are read from their streams.
      if (/^vigil\.(events|changes)\./.test(message.subject)) return;
      seen.push(recorded("", message.subject, message.headers, message.data));
    },
  });
  return seen;
}

async function stored(nats: NatsConnection): Promise<RecordedMessage[]> {
  const manager = await nats.jetstreamManager();
  const messages: RecordedMessage[] = [];
  for await (const { config, state } of manager.streams.list()) {
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage(config.name, { seq }).catch(() => undefined);
      if (message) messages.push(recorded(config.name, message.subject, message.header, message.data));
    }
  }
  return messages;
}

function recorded(
  stream: string,
  subject: string,
  headers: MsgHdrs | undefined,
  data: Uint8Array,
): RecordedMessage {
  const names = headers?.keys() ?? [];
  return {
    stream,
    subject,
    headers: Object.fromEntries(names.map((name) => [name, headers!.values(name)])),
    body: Buffer.from(data).toString("base64"),
  };
}

/** Work of every kind to its end, then as much of it begun. @returns what waits for somebody to go on with it */
async function leaveUnfinished(
  system: System,
  spool: string,
): Promise<Omit<Unfinished, "version" | "commit">> {
  const [api, worker, applier] = await Promise.all(
    (["api", "worker", "applier"] as const).map((role) => system.start(role)),
  );
  const edge = await system.start("edge", { VIGIL_EDGE_JOURNAL: "always", VIGIL_EDGE_SPOOL_DIR: spool });
  await system.importModel(api!, syntheticCluster({ nodes: 6, instances: 24, seed: 1 }));
  const actuator = (message: string) => ({
    audit_type: "ONESHOT",
    goal: "unclassified",
    strategy: "actuator",
    parameters: { actions: [{ action_type: "nop", input_parameters: { message } }] },
  });
  const balance = { goal: "workload_balancing", strategy: "workload_balance" };
  const finished = await system.createAudit(api!, actuator("finished"));
  const startedPlan = await system.createAudit(api!, actuator("started"));
  const alarmed = await system.createAudit(api!, balance);
  for (const body of [{ current: "alarm", alarm_id: "a" }, { current: "ok" }, {}])
    await system.trigger(edge, alarmed, body);
  await until("runs and plans", async () => (await openWork(system)) === 0, 60_000);
  await startPlan(system, api!, finished);
  await until("the plan's end", async () => (await planState(system, finished)) === "SUCCEEDED", 60_000);
  await Promise.all([worker!.kill("SIGTERM"), applier!.kill("SIGTERM")]);
  await startPlan(system, api!, startedPlan);
  const waitingRun = await system.createAudit(api!, { audit_type: "ONESHOT" });
  const answers = [];
  for (const alarm_id of ["b", "c"])
    answers.push(await system.trigger(edge, alarmed, { current: "alarm", alarm_id }));
  await until("changes told and the model copied", async () => (await untold(system)) === 0, 60_000);
  // As by a crash: what it had published is not confirmed by the ledger.
  await edge.kill("SIGKILL");
  return {
    audits: { waitingRun, startedPlan, alarmed, finished },
    spooledEvents: answers.map(({ headers }) => headers.get("vigil-event-id") ?? ""),
  };
}

async function openWork(system: System): Promise<number> {
  const [row] = await system.rows<{ n: number }>(
    `select (select count(*)::int from run where state in ('DUE', 'LIVE'))
      + (select count(*)::int from event where fate in ('WAITING', 'LEASED')) + (3 - least(3, (select count(*)::int from event))) as n`,
  );
  return row!.n;
}

/** Changes that are not published, and 1 more while the database has no copy of the model. */
async function untold(system: System): Promise<number> {
  const [row] = await system.rows<{ n: number }>(
    "select (select count(*)::int from outbox) + (select 1 - least(1, count(*)::int) from model_head) as n",
  );
  return row!.n;
}

async function planState(system: System, audit: string): Promise<string | undefined> {
  const [row] = await system.rows<{ state: string }>(
    "select p.state from action_plan p join audit a on a.id = p.audit_id where a.uuid = $1",
    [audit],
  );
  return row?.state;
}

async function startPlan(system: System, api: RoleProcess, audit: string): Promise<void> {
  const plans = await system.request(api, "GET", `/v1/action_plans?audit_uuid=${audit}`);
  const uuid: string = plans.body.action_plans[0].uuid;
  const answer = await system.request(api, "POST", `/v1/action_plans/${uuid}/start`);
  if (answer.status !== 200) throw new Error(`start: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** The first and the last calls of each method, with what this release reads in them. */
function kept(calls: readonly TappedCall[]): RecordedCall[] {
  const methods = methodsByPath();
  const byMethod = Map.groupBy(calls, ({ path, code }) => `${path} ${code}`);
  return [...byMethod.keys()].sort().flatMap((key) => {
    // The longest say most.
    const longest = byMethod
      .get(key)!
      .toSorted((a, b) => b.request.length + b.response.length - a.request.length - a.response.length)
      .slice(0, CALLS_PER_METHOD_MAX);
    return longest.map(({ path, request, response, code }) => {
      const method = methods.get(path)!;
      return {
        path,
        code,
        request: request.toString("base64"),
        response: response.toString("base64"),
        requestRead: asJson(method.requestDeserialize(request)),
        responseRead: code === 0 ? asJson(method.responseDeserialize(response)) : null,
      };
    });
  });
}

function dump(databaseUrl: string): string {
  const options = [
    "--column-inserts",
    "--rows-per-insert=50",
    "--no-owner",
    "--no-privileges",
    "--no-comments",
  ];
  const text = execFileSync("pg_dump", [...options, databaseUrl], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  // Commands of psql, which a client that sends the text as one query does not know; and its remarks.
  return text
    .split("\n")
    .filter((line) => !/^(\\|--)/.test(line))
    .join("\n")
    .concat("\n");
}

await main();
