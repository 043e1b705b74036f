/**
 * One plan with an action of each kind. At each step of its execution in turn, which is before and after each call to
 * state and to the cloud, the applier dies, stands still beyond its lease, or loses its call to state; another takes
 * over. No action that is over is begun again, no effect is begun twice, and the plan ends as it would have.
 */

import { VigilError } from "@vigil/core";
import { expect, it } from "vitest";
import { startProcess, WRITES } from "./testing/applier-process.ts";
import { type LedgerAction, PlanLedger } from "./testing/plan-ledger.ts";
import { PAUSED, type SmallCloud, STOPPED, smallCloud, VM, VOLUME } from "./testing/small-cloud.ts";

const PLAN: readonly LedgerAction[] = [
  { actionType: "nop", inputParameters: { message: "x" } },
  {
    actionType: "change_nova_service_state",
    inputParameters: { resource_id: "n", resource_name: "a", state: "disabled" },
  },
  {
    actionType: "migrate",
    inputParameters: { resource_id: VM, migration_type: "live", source_node: "a", destination_node: "b" },
    parents: [0],
  },
  {
    actionType: "migrate",
    inputParameters: {
      resource_id: STOPPED,
      migration_type: "cold",
      source_node: "a",
      destination_node: "b",
    },
  },
  { actionType: "resize", inputParameters: { resource_id: VM, flavor: "large" }, parents: [2] },
  { actionType: "stop", inputParameters: { resource_id: PAUSED } },
  { actionType: "sleep", inputParameters: { duration: 2 }, parents: [4, 5] },
  { actionType: "change_node_power_state", inputParameters: { resource_id: "idle", state: "off" } },
  {
    actionType: "volume_migrate",
    inputParameters: { resource_id: VOLUME, migration_type: "migrate", destination_node: "h@b#two" },
    parents: [6],
  },
];

const MISHAPS = ["dies", "stands still", "loses its call"] as const;
type Mishap = (typeof MISHAPS)[number];
const STATE_CALLS = ["claimPlans", "beginAction", "endAction", "endPlan", "heartbeatPlans"];
/** More than the plan has: a search that never comes to its end would say nothing. */
const STEPS_MAX = 2_000;
const APPLIERS_MAX = 3;

interface Executed {
  world: SmallCloud;
  ledger: PlanLedger;
  violations: string[];
  /** The step at which it happened; undefined: there were fewer. */
  hit: string | undefined;
}

/** The first applier meets its mishap at the step of this number; others execute what it left. */
async function execute(mishap?: Mishap, at = 0): Promise<Executed> {
  const world = smallCloud();
  const ledger = new PlanLedger(PLAN);
  const executed: Executed = { world, ledger, violations: [], hit: undefined };
  const { clock } = world;
  const gone = Promise.withResolvers<"gone">();
  let step = 0;
  const onStep = (call: string, when: "before" | "after"): Promise<void> | undefined => {
    if (mishap === undefined) return undefined;
    // Between the check of its lease and an effect nothing may stand still; see random-plans.test.ts.
    if (mishap === "stands still" && when === "before" && WRITES.includes(call)) return undefined;
    if (executed.hit === undefined) {
      if (mishap === "loses its call" && !STATE_CALLS.includes(call)) return undefined;
      if (++step !== at) return undefined;
      executed.hit = `${when} ${call}`;
      if (mishap === "loses its call") throw new VigilError("unavailable", "the call is lost");
    }
    if (mishap === "loses its call") return undefined;
    gone.resolve("gone");
    return mishap === "dies" ? new Promise(() => undefined) : clock.sleep(3 * ledger.leaseMs);
  };
  for (let applier = 0; applier < APPLIERS_MAX; applier++) {
    const options = { ...world, ledger, violations: executed.violations };
    const started = startProcess(applier === 0 ? { ...options, onStep } : options);
    const outcome = started.then(({ outcome }) => outcome).catch(() => "gone" as const);
    await Promise.race(applier === 0 ? [outcome, gone.promise] : [outcome]);
    if (!["PENDING", "ONGOING"].includes(ledger.state)) break;
    await clock.sleep(ledger.leaseMs);
    ledger.expireLease();
  }
  // What stood still comes back and finds its lease gone.
  if (mishap === "stands still") await clock.sleep(5 * ledger.leaseMs);
  return executed;
}

const callsOf = ({ world: { nova, cinder, ironic } }: Executed) =>
  [...nova.calls, ...cinder.calls, ...ironic.calls].sort();

const endOf = ({ world: { nova, cinder, ironic }, ledger }: Executed) =>
  JSON.stringify([
    [ledger.state, ledger.states, ledger.messages],
    [...nova.servers.values()].map(({ id, host, status, flavorName }) => [id, host, status, flavorName]),
    [...nova.hosts.values()].map(({ host, status }) => [host, status]),
    [...cinder.volumes.values()].map(({ id, host, type }) => [id, host, type]),
    [...ironic.nodes.values()].map(({ id, power }) => [id, power]),
  ]);

it.each(MISHAPS)("an applier that %s, at each step in turn", { timeout: 60_000 }, async (mishap) => {
  const undisturbed = await execute();
  expect(undisturbed.ledger.messages.filter(Boolean)).toEqual([]);
  const seen = new Set<string>();
  for (let at = 1; ; at++) {
    expect(at).toBeLessThan(STEPS_MAX);
    const executed = await execute(mishap, at);
    if (executed.hit === undefined) break;
    seen.add(executed.hit);
    const how = `${mishap} ${executed.hit}, step ${at}`;
    expect(executed.violations, how).toEqual([]);
    expect(endOf(executed), how).toBe(endOf(undisturbed));
    expect(callsOf(executed), how).toEqual(callsOf(undisturbed));
    for (const { history } of executed.ledger.actions) {
      expect(history.filter((state) => state !== "ONGOING").length, how).toBe(1);
    }
  }
  for (const call of ["beginAction", "endAction", "endPlan"]) {
    for (const when of ["before", "after"]) expect([...seen]).toContain(`${when} ${call}`);
  }
});
