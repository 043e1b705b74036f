/**
 * Creates a ONESHOT audit, waits for its action plan, starts it, and follows it to its end.
 *
 *   OS_TOKEN=$(openstack token issue -f value -c id) npx node examples/start-a-plan.ts
 *
 * `npx node` is the project's Node 24; an older one does not run TypeScript.
 * One subscription tells everything; nothing is asked again and again. `--help` lists the options.
 * Exit status: 0 the plan has SUCCEEDED, 1 it has not (the reason is on standard error), 2 wrong usage.
 */

import { randomUUID } from "node:crypto";
import type { Outputs, VigilClient } from "@vigil/client";
import {
  COMMON_OPTIONS,
  COMMON_USAGE,
  connect,
  readArguments,
  readParameters,
  readTimeoutMs,
  runProgram,
} from "./program.ts";

const USAGE = `Usage: npx node examples/start-a-plan.ts [options]

Creates a ONESHOT audit, waits for its action plan, starts the plan and follows it to its end.

${COMMON_USAGE}
  --timeout SECONDS  how long to wait for the end  (default: 60)
  --help             this text

A Keystone token comes from the environment variable OS_TOKEN: arguments are for everybody to see.
`;

type Plan = Outputs["plans"]["get"];

async function main(): Promise<void> {
  const options = readArguments({ ...COMMON_OPTIONS, timeout: { type: "string", default: "60" } });
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const parameters = readParameters(options.parameter);
  const timeoutMs = readTimeoutMs(options.timeout);
  const client = connect(options);
  const { goal, strategy } = options;
  const audit = await client.audits.create.mutate({ auditType: "ONESHOT", goal, strategy, parameters });
  process.stdout.write(`audit   ${audit.uuid}  ${audit.name}\n`);

  const plan = await endOfPlan(client, audit.uuid, timeoutMs);
  process.stdout.write(`plan    ${plan.uuid}  ${plan.state}\n`);
  if (plan.state !== "SUCCEEDED") throw new Error(plan.statusMessage ?? `the plan is ${plan.state}`);
}

/** Starts the audit's plan as soon as there is one, and resolves with it when it has ended. */
function endOfPlan(client: VigilClient, auditUuid: string, timeoutMs: number): Promise<Plan> {
  const follower = new Follower(client, auditUuid);
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const finish = (plan: Plan | undefined) => {
      if (plan === undefined) return;
      settle();
      resolve(plan);
    };
    const late = `no end within ${timeoutMs / 1000} s; are a worker and an applier running, and is a model imported?`;
    const timer = setTimeout(() => fail(new Error(late)), timeoutMs);
    const subscription = client.changes.subscribe(
      { auditUuid },
      {
        onData({ data: change }) {
          switch (change.kind) {
            case "position":
              // From here on no change is missed; what was before it, the present state tells. After a break so
              // long that changes are lost, the position comes again.
              follower.look().then(finish, fail);
              break;
            case "audit":
              follower.noteAudit(change.state).catch(fail);
              break;
            case "action_plan":
              follower.notePlan(change.uuid).then(finish, fail);
              break;
            case "action":
              follower.noteAction(change);
              break;
          }
        },
        onError: fail,
      },
    );
  });
}

/** What is to be done at each change. Changes may come twice and in any order: what counts is the present state. */
class Follower {
  readonly #client: VigilClient;
  readonly #auditUuid: string;
  /** Repeating a call with the same id makes the change once. */
  readonly #editId = randomUUID();
  /** Of the plan's actions by UUID: place in the plan, and type. */
  readonly #actions = new Map<string, string>();

  constructor(client: VigilClient, auditUuid: string) {
    this.#client = client;
    this.#auditUuid = auditUuid;
  }

  /** Does what the present state asks for; answers with a plan that has ended. */
  async look(): Promise<Plan | undefined> {
    const { state } = await this.#client.audits.get.query({ audit: this.#auditUuid });
    await this.noteAudit(state);
    const { items } = await this.#client.plans.list.query({ auditUuid: this.#auditUuid });
    return items[0] && this.notePlan(items[0].uuid);
  }

  /** @throws Error when the audit ended without a plan */
  async noteAudit(state: string): Promise<void> {
    if (state !== "FAILED" && state !== "CANCELLED") return;
    const { statusMessage } = await this.#client.audits.get.query({ audit: this.#auditUuid });
    throw new Error(`the audit is ${state}: ${statusMessage ?? "no reason given"}`);
  }

  /** Starts a plan that nobody has started; answers with one that has ended. */
  async notePlan(uuid: string): Promise<Plan | undefined> {
    const plan = await this.#client.plans.get.query({ uuid });
    switch (plan.state) {
      case "RECOMMENDED":
        await this.#start(plan);
        return undefined;
      case "PENDING":
      case "ONGOING":
      case "CANCELLING":
        return undefined;
      default:
        return plan;
    }
  }

  noteAction({ uuid, state }: { uuid: string; state: string }): void {
    process.stdout.write(`action  ${this.#actions.get(uuid) ?? uuid}  ${state}\n`);
  }

  async #start(plan: Plan): Promise<void> {
    if (this.#actions.size > 0) return;
    for (const [index, action] of plan.actions.entries()) {
      this.#actions.set(action.uuid, `${index + 1} ${action.actionType}`);
    }
    process.stdout.write(`plan    ${plan.uuid}  ${plan.state}, actions: ${plan.actions.length}\n`);
    await this.#client.plans.start.mutate({ uuid: plan.uuid, editId: this.#editId });
  }
}

await runProgram("start-a-plan", USAGE, main);
