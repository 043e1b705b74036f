/** What a run was started with: recorded, handed to the worker the same, and with the history its strategy asks for. */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { createRecordService } from "../records/record-service.ts";
import { HISTORY_INSTANCES_MAX } from "./history.ts";
import { event, leaseRef, openRunWorld, plan, type RunWorld, WORKER } from "./testing/run-world.ts";

/** Members in an order that jsonb would not keep. */
const PARAMETERS = '{"priority":{"storage_pool":["b"],"project":["z","a"],"compute":"vcpu_num"},"a":1}';
const SCOPE = '[{"zzz":1,"compute":[{"host_aggregates":[{"name":"x"},{"id":5}]}]}]';

let world: RunWorld;
const query = <Row>(text: string, parameters: unknown[]) =>
  rows<Row>(autoCommit(world.orm), text, parameters);

beforeAll(async () => {
  world = await openRunWorld(60_000);
  await query(
    `insert into strategy (uuid, name, display_name, goal_id) select gen_random_uuid(),
     'node_resource_consolidation', 'x', id from goal`,
    [],
  );
});
afterAll(() => world?.close());

async function newAudit(strategy = "dummy"): Promise<string> {
  const audit = await world.newAudit();
  await query(
    `update audit set parameters = $2::text::json, scope = $3::text::json,
     strategy_id = (select id from strategy where name = $4) where uuid = $1`,
    [audit, PARAMETERS, SCOPE, strategy],
  );
  return audit;
}

function runOf(runId: string) {
  const relay = { notifyCommitted: () => undefined, whenPublished: async () => true };
  const parts = { orm: world.orm, logger: undefined as never, relay, wakeWorkers: () => undefined };
  return createRecordService(parts).getRun({ runId });
}

const WITH = {
  auditType: "EVENT",
  goalName: "dummy",
  strategyName: "dummy",
  parametersJson: PARAMETERS,
  scopeJson: SCOPE,
};

describe("inputs of a run", () => {
  it("reach worker and record as the user wrote them, in that order", async () => {
    const { lease } = await world.ingest(event(await newAudit()));
    expect(lease).toMatchObject({ ...WITH, historyJson: "" });
    const { run } = await runOf(lease!.runId!);
    expect(run).toMatchObject(WITH);
    expect(run).not.toHaveProperty("historyJson");
    expect(run).not.toHaveProperty("optionsJson");
    await world.complete(lease);
    expect((await runOf(lease!.runId!)).run).toMatchObject({
      ...WITH,
      optionsJson: '{"required_coverage":0.5}',
    });
  });

  it("are those of its start, also in a lease that is handed out again", async () => {
    const audit = await newAudit();
    const sent = event(audit);
    const { lease } = await world.ingest(sent);
    await query(`update audit set parameters = '{"b":2}', scope = '[]', strategy_id = null where uuid = $1`, [
      audit,
    ]);
    const again = await world.ingest(sent);
    expect(again.lease).toEqual(lease);
    await world.complete(lease);
    expect((await runOf(lease!.runId!)).run).toMatchObject(WITH);
  });

  it("are those of the newest attempt", async () => {
    const audit = await newAudit();
    const { lease } = await world.ingest(event(audit));
    await world.runs.release({ workerId: WORKER, leases: [leaseRef(lease)] });
    await query(`update audit set parameters = '{"b":2}' where uuid = $1`, [audit]);
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
    expect(leases![0]).toMatchObject({ runId: lease!.runId, parametersJson: '{"b":2}' });
    expect((await runOf(lease!.runId!)).run).toMatchObject({ parametersJson: '{"b":2}', scopeJson: SCOPE });
    await world.complete(leases![0]);
  });

  it("of a plan whose explanation is too long are refused with it", async () => {
    const { lease } = await world.ingest(event(await newAudit()));
    const explanationJson = JSON.stringify({ summary: "x".repeat(70_000) });
    const refused = world.runs.complete({
      workerId: WORKER,
      ...leaseRef(lease),
      plan: { ...plan(), explanationJson },
      failure: null,
      result: "plan",
    });
    await expect(refused).rejects.toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("explanationJson"),
    });
    await world.complete(lease);
  });

  it.each(["explanationJson", "optionsJson"])(
    "of a plan whose %s is no object are refused",
    async (member) => {
      const { lease } = await world.ingest(event(await newAudit()));
      const refused = world.runs.complete({
        workerId: WORKER,
        ...leaseRef(lease),
        plan: { ...plan(), [member]: "[]" },
        failure: null,
        result: "plan",
      });
      await expect(refused).rejects.toMatchObject({
        kind: "invalid-input",
        message: expect.stringMatching(`${member} is not acceptable: not a JSON object`),
      });
      await world.complete(lease);
    },
  );
});

describe("history", () => {
  const STRATEGY = "node_resource_consolidation";

  /** A plan of the audit with these migrations, each of which came to that state. */
  async function planned(audit: string, migrations: { instance: string; state: string }[]): Promise<void> {
    const { lease } = await world.ingest(event(audit));
    const made = await world.runs.complete({
      workerId: WORKER,
      ...leaseRef(lease),
      plan: {
        ...plan(0),
        actions: migrations.map(({ instance }) => ({
          actionType: "migrate",
          inputParametersJson: JSON.stringify({ resource_id: instance }),
          parents: [],
        })),
      },
      failure: null,
      result: "plan",
    });
    await query(
      `update action set state = x.state from jsonb_to_recordset($2::jsonb) as x(instance text, state text)
       where action_plan_id = (select id from action_plan where uuid = $1)
         and input_parameters ->> 'resource_id' = x.instance`,
      [made.actionPlanUuid, JSON.stringify(migrations)],
    );
  }

  async function historyOf(audit: string) {
    const { lease } = await world.ingest(event(audit));
    const recorded = (await runOf(lease!.runId!)).run?.historyJson;
    expect(recorded ?? "").toBe(lease!.historyJson);
    await world.complete(lease, 0);
    return lease!.historyJson === "" ? null : JSON.parse(lease!.historyJson!);
  }

  it("names the instances whose migrations failed, newest failure first, each once", async () => {
    const audit = await newAudit(STRATEGY);
    expect(await historyOf(audit)).toEqual({});
    const [a, b, c, d] = Array.from({ length: 4 }, () => randomUUID()) as [string, string, string, string];
    await planned(audit, [
      { instance: a, state: "FAILED" },
      { instance: b, state: "FAILED" },
      { instance: c, state: "SUCCEEDED" },
    ]);
    await planned(audit, [
      { instance: a, state: "FAILED" },
      { instance: d, state: "SKIPPED" },
    ]);
    expect(await historyOf(audit)).toEqual({ failed_migrations: [a, b] });
    // Of its own earlier plans only.
    expect(await historyOf(await newAudit(STRATEGY))).toEqual({});
  });

  it("comes with a run that is claimed as well", async () => {
    const audit = await newAudit(STRATEGY);
    const instance = randomUUID();
    await planned(audit, [{ instance, state: "FAILED" }]);
    await world.ingest(event(audit), false);
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
    expect(JSON.parse(leases![0]!.historyJson!)).toEqual({ failed_migrations: [instance] });
    await world.complete(leases![0], 0);
  });

  it("is looked up for no other strategy", async () => {
    const audit = await newAudit();
    await planned(audit, [{ instance: randomUUID(), state: "FAILED" }]);
    expect(await historyOf(audit)).toBeNull();
  });

  it("is bounded, and the newest failures are the ones that are kept", async () => {
    const audit = await newAudit(STRATEGY);
    const instances = Array.from({ length: HISTORY_INSTANCES_MAX + 5 }, () => randomUUID());
    await planned(
      audit,
      instances.map((instance) => ({ instance, state: "FAILED" })),
    );
    const { failed_migrations: failed } = (await historyOf(audit)) as { failed_migrations: string[] };
    expect(failed).toEqual(instances.toReversed().slice(0, HISTORY_INSTANCES_MAX));
  });
});
