/**
 * An applier as far as one plan goes, on a virtual clock: claims it, keeps the lease alive, executes it. It can be
 * killed, or stand still for a while, at any of its calls.
 */

import type { ExecutionRule } from "@vigil/core";
import { createLogger, type Logger, Metrics } from "@vigil/service";
import { HeldLease } from "../held-lease.ts";
import { ExecutionCounts } from "../metrics.ts";
import { type PlanOutcome, PlanRunner } from "../plan-runner.ts";
import type { CloudPorts } from "../ports.ts";
import type { PlanLedger } from "./plan-ledger.ts";
import type { VirtualClock } from "./virtual-clock.ts";

type OnStep = (call: string, when: "before" | "after") => Promise<void> | undefined;

/** Calls that change the cloud. */
export const WRITES: readonly string[] = [
  ...[
    "liveMigrate",
    "coldMigrate",
    "resize",
    "confirmResize",
    "abortLiveMigration",
    "stop",
    "setServiceStatus",
  ],
  ...["migrate", "retype", "setPower"],
];

export interface ProcessOptions {
  ledger: PlanLedger;
  cloud: CloudPorts;
  clock: VirtualClock;
  actionsMax?: number;
  rule?: ExecutionRule;
  logger?: Logger;
  /** Called before and after each call to state or cloud; what it returns is waited for. */
  onStep?: OnStep;
  /** Gets each effect that was begun by somebody who had not the lease. */
  violations?: string[];
}

const silent = createLogger({ role: "applier", level: "silent" });
let processes = 0;

export interface AppliedPlan {
  runner: PlanRunner;
  held: HeldLease;
  outcome: Promise<PlanOutcome>;
}

/** @throws Error when the plan is not to be had */
export async function startProcess(options: ProcessOptions): Promise<AppliedPlan> {
  const { ledger, clock, onStep = () => undefined } = options;
  const applierId = `host:${++processes}:test`;
  const plans = stepping(ledger, onStep);
  const askedAtMs = clock.nowMs();
  const [lease] = (await plans.claimPlans({ applierId, maxPlans: 1 })).plans;
  if (lease === undefined) throw new Error(`a plan that is ${ledger.state} is not given away`);
  const held = new HeldLease(lease, askedAtMs, clock);
  const watched: OnStep = (call, when) => {
    if (when === "before" && WRITES.includes(call) && !ledger.isHeldBy(lease.token)) {
      options.violations?.push(`${call} under token ${lease.token}, the newest is ${ledger.token}`);
    }
    return onStep(call, when);
  };
  const runner = new PlanRunner({
    applierId,
    held,
    plans,
    cloud: steppingCloud(options.cloud, watched),
    clock,
    logger: options.logger ?? silent,
    actionsMax: options.actionsMax ?? 4,
    rule: options.rule ?? "ALWAYS",
    counts: new ExecutionCounts(new Metrics()),
  });
  const over = new AbortController();
  const leases = [{ planUuid: lease.planUuid, token: lease.token }];
  const beat = async () => {
    while (!over.signal.aborted) {
      await clock.sleep(lease.heartbeatMs, over.signal).catch(() => undefined);
      if (over.signal.aborted) return;
      const sentAtMs = clock.nowMs();
      const answer = await plans.heartbeatPlans({ applierId, leases }).catch(() => undefined);
      if (answer === undefined && held.isLost) return;
      if (answer === undefined) continue;
      if (answer.lostPlanUuids.length > 0) held.lose("state says so");
      else held.beaten(sentAtMs);
      if (answer.cancellingPlanUuids.length > 0) runner.cancel();
    }
  };
  void beat();
  const outcome = runner.run().finally(() => over.abort());
  return { runner, held, outcome };
}

/** Executes a plan to its end; for scenarios without crashes. */
export async function runPlan(options: ProcessOptions): Promise<PlanOutcome> {
  return (await startProcess(options)).outcome;
}

/** The same object, with a step before and after each call of it. */
function stepping<T extends object>(target: T, onStep: OnStep): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name, object);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        await onStep(String(name), "before");
        const answer: unknown = await Reflect.apply(member, object, args);
        await onStep(String(name), "after");
        return answer;
      };
    },
  });
}

function steppingCloud(cloud: CloudPorts, onStep: OnStep): CloudPorts {
  const parts = Object.entries(cloud).map(([name, port]) => [name, stepping(port as object, onStep)]);
  return Object.fromEntries(parts) as CloudPorts;
}
