/** `vigil plans`: what was planned, what became of it, and the word to begin or to stop. */

import type { Outputs, VigilClient } from "@vigil/client";
import { PLAN_STATES } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines, tableText } from "../../cli/table.ts";
import { jsonLine } from "../../cli/terminal-text.ts";
import { auditUuidOf, CALL_MS_MAX, calling, forEachId } from "../calls.ts";
import { addListOptions, type Columns, firstItems, printList, rowsWanted, wordOption } from "../lists.ts";

type Plan = Outputs["plans"]["list"]["items"][number];
type WholePlan = Outputs["plans"]["get"];
type Action = WholePlan["actions"][number];

/** Actions that the text for people shows; --json has them all. */
const ACTIONS_SHOWN_MAX = 50;

export function addPlansCommand(program: Command, io: Io): void {
  const plans = program
    .command("plans")
    .description("look at action plans, start what is recommended, cancel what should not be");
  addList(plans, io);
  addShow(plans, io);
  addEdit(plans, io, {
    name: "start",
    description: "give recommended plans to an applier, which executes them",
    refused: "Refused for plans in any other state than RECOMMENDED.",
    example:
      "vigil plans list --audit hot-host --state RECOMMENDED --json | jq -r .uuid | xargs vigil plans start",
    act: (client, uuid, editId, signal) => client.plans.start.mutate({ uuid, editId }, { signal }),
  });
  addEdit(plans, io, {
    name: "cancel",
    description: "stop plans: one that runs ends with the actions that have begun, others do not begin",
    refused: "Refused for plans that have ended.",
    example: "vigil plans list --state ONGOING --json | jq -r .uuid | xargs vigil plans cancel",
    act: (client, uuid, editId, signal) => client.plans.cancel.mutate({ uuid, editId }, { signal }),
  });
}

const COLUMNS: Columns<Plan> = {
  CREATED: ({ createdAt }) => createdAt.slice(0, 19),
  PLAN: ({ uuid }) => uuid,
  AUDIT: ({ auditUuid }) => auditUuid,
  STATE: ({ state }) => state,
  STRATEGY: ({ strategyName }) => strategyName,
  EFFICACY: ({ globalEfficacy }) => globalEfficacy.map(efficacyText).join(", ") || null,
};

function efficacyText({ name, value, unit }: Plan["globalEfficacy"][number]): string {
  return `${name} ${Number(value.toFixed(2))}${unit ?? ""}`;
}

function addList(plans: Command, io: Io): void {
  const command = plans
    .command("list")
    .description("print action plans, the newest first")
    .option("--audit <audit>", "of this audit only: UUID, name or integer id")
    .option("--strategy <strategy>", "of this strategy only: UUID or name")
    .addOption(wordOption("--state <state>", "in this state only", PLAN_STATES))
    .option("--deleted", "deleted ones as well");
  addListOptions(command);
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil plans list --state RECOMMENDED             what waits for somebody to start it
  $ vigil plans list --audit hot-host --json | jq -r .uuid`,
  );
  command.action(async () => {
    const { audit, strategy, state, deleted } = command.opts<{
      audit?: string;
      strategy?: string;
      state?: Plan["state"];
      deleted?: boolean;
    }>();
    const wanted = rowsWanted(command);
    const found = await calling(command, io, async (client) => {
      const auditUuid = await auditUuidOf(client, audit);
      const asked = { auditUuid, strategy, state, showDeleted: deleted === true };
      return firstItems(wanted, (limit, marker) =>
        client.plans.list.query(
          { ...asked, sortKey: "id", sortDir: "desc", limit, marker },
          { signal: AbortSignal.timeout(CALL_MS_MAX) },
        ),
      );
    });
    printList({ io, command, none: "No action plans." }, found, COLUMNS);
  });
}

function addShow(plans: Command, io: Io): void {
  const command = plans
    .command("show")
    .description("print one action plan with its actions")
    .argument("<plan>", "UUID of the action plan")
    .option("--json", "as one line of JSON, with all actions");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Why it is as it is: vigil runs show PLAN.

Examples:
  $ vigil plans show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil plans show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11 --json | jq '.actions[].actionType'`,
  );
  command.action(async (uuid: string) => {
    const plan = await calling(command, io, (client) =>
      client.plans.get.query({ uuid, showDeleted: true }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    io.stdout.write(command.opts().json ? jsonLine(plan) : describe(plan));
  });
}

function describe(plan: WholePlan): string {
  const { actions, actionsCut } = plan;
  const facts = factLines({
    state: plan.state,
    because: plan.statusMessage || null,
    audit: plan.auditUuid,
    run: plan.runId,
    strategy: plan.strategyName,
    efficacy: plan.globalEfficacy.map(efficacyText).join(", ") || null,
    actions: actionsCut ? `more than ${actions.length}` : actions.length,
    host: plan.hostname,
    created: plan.createdAt,
    updated: plan.updatedAt,
    deleted: plan.deletedAt,
  });
  const shown = actions.slice(0, ACTIONS_SHOWN_MAX);
  const others = actions.length - shown.length;
  const rest = others > 0 ? `and ${others} more, see --json\n` : "";
  const rows = shown.map((action) => [
    action.uuid,
    action.actionType,
    action.state,
    String(action.parents.length),
    inputs(action),
    action.statusMessage ?? "",
  ]);
  const heads = ["ACTION", "TYPE", "STATE", "AFTER", "ON", "BECAUSE"];
  return `action plan ${plan.uuid}\n${facts}${rows.length === 0 ? "" : `\n${tableText(heads, rows)}${rest}`}`;
}

/** What an action is about: "instance 7: node-1 to node-2". */
function inputs({ inputParameters }: Action): string {
  const { resource_name, resource_id, source_node, destination_node } = inputParameters;
  const what = String(resource_name ?? resource_id ?? "");
  const way = destination_node === undefined ? source_node : `${source_node} to ${destination_node}`;
  return way === undefined ? what : `${what}: ${way}`;
}

interface Edit {
  name: string;
  description: string;
  refused: string;
  example: string;
  act(client: VigilClient, uuid: string, editId: string, signal: AbortSignal): Promise<Plan>;
}

function addEdit(plans: Command, io: Io, { name, description, refused, example, act }: Edit): void {
  const command = plans
    .command(name)
    .description(description)
    .argument("<plan...>", "UUIDs of action plans")
    .option("--json", "the plans afterwards, one JSON object a line");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
${refused}

Examples:
  $ vigil plans ${name} 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ ${example}`,
  );
  command.action((uuids: string[]) =>
    calling(command, io, (client) =>
      forEachId(io, uuids, async (uuid, editId) => {
        const plan = await act(client, uuid, editId, AbortSignal.timeout(CALL_MS_MAX));
        io.stdout.write(command.opts().json ? jsonLine(plan) : `action plan ${plan.uuid} is ${plan.state}\n`);
      }),
    ),
  );
}
