/**
 * Creates an EVENT audit, triggers it, waits for its action plan and prints the plan.
 *
 *   OS_TOKEN=$(openstack token issue -f value -c id) npx node examples/create-and-trigger.ts
 *
 * `npx node` is the project's Node 24; an older one does not run TypeScript.
 * It waits by the subscription to changes, not by asking again and again; `--help` lists the options.
 * Exit status: 0 a plan was printed, 1 there is none (the reason is on standard error), 2 wrong usage.
 */

import { parseArgs } from "node:util";
import { createVigilClient, isVigilError, type Outputs, type VigilClient } from "@vigil/client";

const USAGE = `Usage: npx node examples/create-and-trigger.ts [options]

Creates an EVENT audit, triggers it once, waits for its action plan and prints it.

  --url URL          where Vigil's API listens     (default: VIGIL_API_URL or http://127.0.0.1:9322)
  --roles ROLES      who to be at a server started with VIGIL_AUTH=none
  --goal GOAL        goal of the audit             (default: dummy)
  --strategy NAME    its strategy                  (default: the goal's own)
  --parameter K=V    parameter of the strategy, V as JSON or plain text; may be repeated; needs --strategy
  --timeout SECONDS  how long to wait for the plan (default: 30)
  --help             this text

A Keystone token comes from the environment variable OS_TOKEN: arguments are for everybody to see.
`;

type Plan = Outputs["plans"]["get"];

interface Settings {
  url: string;
  token: string | undefined;
  roles: string | undefined;
  goal: string;
  strategy: string | undefined;
  parameters: Record<string, unknown>;
  timeoutMs: number;
}

/** Wrong usage: the text says what was seen and what was wanted. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const settings = readSettings();
  if (settings === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const client = createVigilClient({ url: settings.url, ...credentialsOf(settings) });
  const audit = await client.audits.create.mutate({
    auditType: "EVENT",
    goal: settings.goal,
    strategy: settings.strategy,
    parameters: settings.parameters,
  });
  process.stdout.write(`audit  ${audit.uuid}  ${audit.name}\n`);

  const planUuid = await triggerAndWait(client, audit.uuid, settings.timeoutMs);
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

/** undefined: the usage was asked for. */
function readSettings(): Settings | undefined {
  const { values } = parseOptions();
  if (values.help) return undefined;
  const timeoutMs = Number(values.timeout) * 1000;
  if (!(timeoutMs > 0)) throw new UsageError(`--timeout is "${values.timeout}"; wanted a number of seconds`);
  return {
    url: values.url ?? process.env.VIGIL_API_URL ?? "http://127.0.0.1:9322",
    token: values.roles === undefined ? process.env.OS_TOKEN : undefined,
    roles: values.roles,
    goal: values.goal,
    strategy: values.strategy,
    parameters: Object.fromEntries((values.parameter ?? []).map(readParameter)),
    timeoutMs,
  };
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        url: { type: "string" },
        roles: { type: "string" },
        goal: { type: "string", default: "dummy" },
        strategy: { type: "string" },
        parameter: { type: "string", multiple: true },
        timeout: { type: "string", default: "30" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readParameter(text: string): [string, unknown] {
  const mark = text.indexOf("=");
  if (mark <= 0) throw new UsageError(`--parameter is "${text}"; wanted NAME=VALUE`);
  const value = text.slice(mark + 1);
  try {
    return [text.slice(0, mark), JSON.parse(value)];
  } catch {
    return [text.slice(0, mark), value];
  }
}

function credentialsOf({ token, roles }: Settings) {
  if (token !== undefined) return { token };
  return roles === undefined ? {} : { identityHeaders: { "x-roles": roles } };
}

function explain(error: unknown): string {
  if (!isVigilError(error)) return error instanceof Error ? error.message : String(error);
  switch (error.data?.kind) {
    case undefined:
      return `no answer from Vigil: ${error.message}; check --url`;
    case "unauthenticated":
      return "Vigil wants a valid Keystone token: set OS_TOKEN";
    case "forbidden":
      return `${error.message} Use a token with the role admin, or --roles admin where VIGIL_AUTH=none.`;
    default:
      return error.message;
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
try {
  await main();
} catch (error) {
  const wrongUsage = error instanceof UsageError;
  process.stderr.write(
    wrongUsage ? `${error.message}\n\n${USAGE}` : `create-and-trigger: ${explain(error)}\n`,
  );
  process.exitCode = wrongUsage ? 2 : 1;
}
