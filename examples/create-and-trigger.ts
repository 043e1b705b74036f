/**
 * Creates an EVENT audit, triggers it, waits for its action plan and prints the plan.
 *
 *   OS_TOKEN=$(openstack token issue -f value -c id) npx node examples/create-and-trigger.ts
 *
 * `npx node` is the project's Node 24; an older one does not run TypeScript.
 * It waits by the subscription to changes, not by asking again and again; `--help` lists the options.
 * Exit status: 0 a plan was printed, 1 there is none (the reason is on standard error), 2 wrong usage.
 */

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

const USAGE = `Usage: npx node examples/create-and-trigger.ts [options]

Creates an EVENT audit, triggers it once, waits for its action plan and prints it.

${COMMON_USAGE}
  --timeout SECONDS  how long to wait for the plan (default: 30)
  --help             this text

A Keystone token comes from the environment variable OS_TOKEN: arguments are for everybody to see.
`;

type Plan = Outputs["plans"]["get"];

async function main(): Promise<void> {
  const options = readArguments({ ...COMMON_OPTIONS, timeout: { type: "string", default: "30" } });
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const parameters = readParameters(options.parameter);
  const timeoutMs = readTimeoutMs(options.timeout);
  const client = connect(options);
  const { goal, strategy } = options;
  const audit = await client.audits.create.mutate({ auditType: "EVENT", goal, strategy, parameters });
  process.stdout.write(`audit  ${audit.uuid}  ${audit.name}\n`);

  const planUuid = await triggerAndWait(client, audit.uuid, timeoutMs);
  printPlan(await client.plans.get.query({ uuid: planUuid }));
}

/** Resolves with the UUID of the plan that the audit's first run makes. */
function triggerAndWait(client: VigilClient, auditUuid: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const timer = setTimeout(
      () =>
        fail(new Error(`no plan within ${timeoutMs / 1000} s; is a worker running, and a model imported?`)),
      timeoutMs,
    );
    const subscription = client.changes.subscribe(
      { auditUuid },
      {
        onData({ data: change }) {
          if (change.kind === "position") {
            // From here on no change is missed, so this is the moment to trigger. The same key each time:
            // should the position come again after a broken connection, no second event is made.
            client.audits.trigger
              .mutate({ audit: auditUuid, idempotencyKey: auditUuid })
              .then(({ eventId }) => process.stdout.write(`event  ${eventId}\n`), fail);
          } else if (change.kind === "action_plan") {
            settle();
            resolve(change.uuid);
          } else if (change.kind === "run" && ["FAILED", "DEAD_LETTER", "DISCARDED"].includes(change.state)) {
            fail(
              new Error(`run ${change.uuid} ended as ${change.state}: ${change.error ?? "no reason given"}`),
            );
          }
        },
        onError: fail,
      },
    );
  });
}

function printPlan(plan: Plan): void {
  process.stdout.write(`plan   ${plan.uuid}  ${plan.state}, strategy ${plan.strategyName ?? "unknown"}\n\n`);
  const numbers = new Map(plan.actions.map((action, index) => [action.uuid, index + 1]));
  const rows = plan.actions.map((action, index) => [
    String(index + 1),
    action.actionType,
    action.parents.map((parent) => numbers.get(parent) ?? parent).join(", ") || "-",
    JSON.stringify(action.inputParameters),
  ]);
  process.stdout.write(table(["#", "action", "after", "input parameters"], rows));
  for (const { name, value, unit } of plan.efficacyIndicators) {
    process.stdout.write(`${name}: ${value}${unit === null ? "" : ` ${unit}`}\n`);
  }
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n")}\n`;
}

await runProgram("create-and-trigger", USAGE, main);
