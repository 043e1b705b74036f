/** (c) Commit of a plan of 1,000 actions through gRPC, against the same rows by a bare multi-row insert. */

import { randomUUID } from "node:crypto";
import { ledgerEvent } from "@vigil/testkit";
import pg from "pg";
import { plan } from "../test/harness/messages.ts";
import { startSystem } from "../test/harness/system.ts";
import { median, ms, percentile, type Row } from "./figures.ts";

const ACTIONS = 1_000;
const ROUNDS = 30;

export async function planCommit(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    await system.start("state");
    const api = await system.start("api");
    const workerId = "bench:1:x";
    const bare = new pg.Client({ connectionString: system.databaseUrl });
    await bare.connect();
    await bare.query("create table bare_action (like action including defaults)");
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const audit = await system.createAudit(api);
      const { lease } = await system.state.runs.ingest({ workerId, canRun: true, event: ledgerEvent(audit) });
      const begun = performance.now();
      await system.state.runs.complete({
        workerId,
        runId: lease!.runId,
        token: lease!.token,
        plan: plan(ACTIONS),
      });
      ours.push(performance.now() - begun);
      theirs.push(await bareInsert(bare));
    }
    await bare.end();
    return [
      {
        what: "commit of a plan of 1,000 actions, gRPC call to durable answer",
        measured: `p50 ${ms(median(ours))}, p99 ${ms(percentile(ours, 0.99))}`,
        bare: `p50 ${ms(median(theirs))} (multi-row insert)`,
        ratio: `${(median(ours) / median(theirs)).toFixed(2)}x`,
        target: "≤ 150 ms, aim 50 ms",
      },
    ];
  } finally {
    await system.stop();
  }
}

/** 1,000 rows of the same size by one insert with 4,000 parameters, one durable commit. */
async function bareInsert(client: pg.Client): Promise<number> {
  const values: unknown[] = [];
  const tuples: string[] = [];
  const begun = performance.now();
  for (let n = 0; n < ACTIONS; n++) {
    const at = values.length;
    tuples.push(`($${at + 1}, 1, $${at + 2}, 'PENDING', $${at + 3}, $${at + 4})`);
    values.push(randomUUID(), "sleep", `{"duration":${n}}`, n === 0 ? "[]" : `["${randomUUID()}"]`);
  }
  await client.query("begin");
  await client.query(
    `insert into bare_action (uuid, action_plan_id, action_type, state, input_parameters, parents) values ${tuples.join(",")}`,
    values,
  );
  await client.query("commit");
  return performance.now() - begun;
}
