/** The database cut off, a state process that stands still, under load: what was acknowledged is served, once. */

import { findFreePort } from "@vigil/embedded";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  await system.start("state");
  [api] = await Promise.all([system.start("api"), system.start("worker")]);
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

/** Posts until told to stop; counts what was acknowledged with 202. */
function load(
  audit: string,
  edgeNow: () => RoleProcess,
): { acknowledged: () => number; stop: () => Promise<void> } {
  let acknowledged = 0;
  let running = true;
  const loop = (async () => {
    while (running) {
      const answer = await system
        .request(edgeNow(), "POST", `/v1/webhooks/${audit}`, {})
        .catch(() => undefined);
      if (answer?.status === 202) acknowledged++;
    }
  })();
  return {
    acknowledged: () => acknowledged,
    stop: () => {
      running = false;
      return loop;
    },
  };
}

async function moreThan(acknowledged: () => number, n: number): Promise<void> {
  const target = acknowledged() + n;
  await until(`${n} more acknowledged events`, () => acknowledged() >= target, 60_000);
}

async function allServed(audit: string, acknowledged: number): Promise<void> {
  await until(
    `${acknowledged} acknowledged events in the ledger, none open`,
    async () => {
      const open = await system.count("event", audit, "t.fate in ('WAITING', 'LEASED')");
      return open === 0 && (await system.count("event", audit, "t.fate = 'DONE'")) >= acknowledged;
    },
    60_000,
  );
  // A POST whose answer was lost by a kill may be in the ledger without having been acknowledged.
  const runs = await system.count("run", audit);
  expect(await system.count("run", audit, "t.state = 'SUCCEEDED'")).toBe(runs);
  expect(await system.count("action_plan", audit)).toBe(runs);
}

describe("under load", () => {
  it("PostgreSQL cutting its connections in mid-transaction, again and again, loses nothing", async () => {
    const audits = await Promise.all(Array.from({ length: 4 }, () => system.createAudit(api)));
    const edge = await system.start("edge");
    const posts = audits.map((audit) => load(audit, () => edge));
    for (let cut = 0; cut < 10; cut++) {
      await moreThan(posts[0]!.acknowledged, 5);
      await system.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vigil-state'",
      );
    }
    await Promise.all(posts.map((post) => post.stop()));
    for (const [n, audit] of audits.entries()) await allServed(audit, posts[n]!.acknowledged());
    await edge.kill("SIGTERM");
  });

  it("a state process that stands still, perhaps in a transaction, loses nothing", async () => {
    const audits = await Promise.all(Array.from({ length: 4 }, () => system.createAudit(api)));
    const port = String(await findFreePort());
    const second = await system.start("state", { VIGIL_STATE_PORT: port });
    const address = `${system.stateAddress},127.0.0.1:${port}`;
    const [edge, worker] = await Promise.all([
      system.start("edge"),
      system.start("worker", { VIGIL_STATE_ADDRESS: address }),
    ]);
    const posts = audits.map((audit) => load(audit, () => edge));
    await moreThan(posts[0]!.acknowledged, 20);
    await second.kill("SIGSTOP");
    await moreThan(posts[0]!.acknowledged, 20);
    await Promise.all(posts.map((post) => post.stop()));
    for (const [n, audit] of audits.entries()) await allServed(audit, posts[n]!.acknowledged());
    await second.kill("SIGCONT");
    for (const [n, audit] of audits.entries()) await allServed(audit, posts[n]!.acknowledged());
    await Promise.all([edge, worker, second].map((role) => role.kill("SIGKILL")));
  });
});
