/** nats-server dies, loses its store, or its streams are deleted, while everything runs under load. */

import { until } from "@vigil/testkit";
import { connect, type JetStreamManager, type NatsConnection, type NatsError } from "nats";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import { missing, plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

/** err_code of JetStream. */
const STREAM_NOT_FOUND = 10_059;

let system: System;
let state: RoleProcess;
let api: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  ({ system, state, api, edge, audit } = await startOutageSystem());
  await until("the copy of the model", () => state.log.join("").includes("is kept in the database as well"));
});
showLogsOfFailures(() => system);
afterAll(() => system?.stop());

/** A new run needs index, stream, consumer and model. */
async function worksAgain(): Promise<void> {
  const other = await until("a new audit", () => system.createAudit(api).catch(() => undefined));
  await until("an alarm taken", () => system.trigger(edge, other).catch(() => undefined));
  await system.plans(other, 1);
}

it("killed and started again with its data: nothing is lost", async () => {
  const load = startLoad(system, edge, audit);
  await load.more(20);
  await system.killNats();
  await load.more(20);
  await system.startNatsAgain();
  await load.more(20);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
  expect(state.log.join("\n")).not.toContain("CAME BACK SHORTER");
});

it("killed, and its store deleted: index, model and waiting work come back; what only it had is lost and counted", async () => {
  const before = startLoad(system, edge, audit);
  await before.more(20);
  await before.stop();
  await settled(system, before.accepted);
  // Work that waits in the database alone: its run has to start after the loss.
  const [worker] = system.roles.filter(({ role }) => role === "worker");
  await worker!.kill("SIGKILL");
  const load = startLoad(system, edge, audit);
  await load.more(20);
  await system.killNats();
  // And one that was under way.
  const inLostStream = load.accepted.length + 1;
  await load.more(20);
  await system.startNatsAgain({ loseData: true });
  await system.start("worker");
  await load.more(20);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await worksAgain();
  // No worker took the first ones, so they were in the lost stream alone. All others were spooled or came later.
  const later = load.accepted.slice(inLostStream);
  await until("the ledger to have the rest", async () => (await missing(system, later)).length === 0);
  const lost = await missing(system, load.accepted);
  process.stderr.write(
    `store of the broker deleted: ${lost.length} of ${load.accepted.length} acknowledged events lost, without a journal\n`,
  );
  const kept = load.accepted.filter((id) => !lost.includes(id));
  await settled(system, [...before.accepted, ...kept]);
  expect(state.log.join("\n")).toContain("THE BROKER LOST STREAMS");
  expect(state.log.join("\n")).toContain(
    "the model store lost a snapshot; it was put back from the database",
  );
});

it("streams deleted by hand: they are made again, loudly, and everything goes on", async () => {
  // 2.9.10 itself can die of it: a read of the last message of a subject, while the stream is being deleted, makes it
  // panic (jsMsgGetRequest). Its supervisor is part of each installation.
  const endSupervision = system.superviseNats();
  const { nats, manager } = await jetStream();
  const load = startLoad(system, edge, audit);
  await load.more(20);
  for (const { config } of await manager.streams.list().next()) await deleteStream(manager, config.name);
  await load.more(50);
  await load.stop();
  await nats.close();
  expect([...load.statuses]).toEqual([202]);
  await worksAgain();
  endSupervision();
  expect(state.log.join("\n")).toContain(
    "stream was missing and has been created: what was only in it is lost",
  );
});

it("the consumer deleted by hand: what is stored comes again and changes nothing", async () => {
  const { nats, manager } = await jetStream();
  const load = startLoad(system, edge, audit);
  await load.more(10);
  await manager.consumers.delete("VIGIL_EVENTS", "workers");
  await load.more(10);
  await load.stop();
  await settled(system, load.accepted);
  await until("every message delivered again", async () => {
    const { num_pending, num_ack_pending } = await manager.consumers.info("VIGIL_EVENTS", "workers");
    return num_pending + num_ack_pending === 0;
  });
  await nats.close();
  expect(await plansOfRunsWithTwo(system)).toBe(0);
  await worksAgain();
});

/** Also when the broker dies of it: the answer may be lost, then it is asked again. */
async function deleteStream(manager: JetStreamManager, name: string): Promise<void> {
  await until(`${name} deleted`, () =>
    manager.streams
      .delete(name)
      .catch((thrown: NatsError) => thrown.api_error?.err_code === STREAM_NOT_FOUND),
  );
}

async function jetStream(): Promise<{ nats: NatsConnection; manager: JetStreamManager }> {
  const nats = await connect(system.natsOptions);
  return { nats, manager: await nats.jetstreamManager() };
}
