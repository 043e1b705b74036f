/** `vigil audits`: what is asked of the cloud, and in what state it is. */

import type { Outputs } from "@vigil/client";
import { AUDIT_STATES } from "@vigil/core";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines } from "../../cli/table.ts";
import { jsonLine, printableLines } from "../../cli/terminal-text.ts";
import { CALL_MS_MAX, calling } from "../calls.ts";
import { addListOptions, type Columns, firstItems, printList, rowsWanted, wordOption } from "../lists.ts";

type Audit = Outputs["audits"]["get"];

export function addAuditsCommand(program: Command, io: Io): void {
  const audits = program
    .command("audits")
    .description("look at audits: each says what to optimize, and when");
  addList(audits, io);
  addShow(audits, io);
}

const COLUMNS: Columns<Audit> = {
  CREATED: ({ createdAt }) => createdAt.slice(0, 19),
  AUDIT: ({ uuid }) => uuid,
  NAME: ({ name }) => name,
  TYPE: ({ auditType }) => auditType,
  STATE: ({ state }) => state,
  STRATEGY: ({ strategyName, goalName }) => strategyName ?? `(goal ${goalName})`,
  "NEXT RUN": ({ nextRunTime }) => nextRunTime?.slice(0, 19) ?? null,
};

function addList(audits: Command, io: Io): void {
  const command = audits
    .command("list")
    .description("print audits, the newest first")
    .addOption(wordOption("--state <state>", "in this state only", AUDIT_STATES))
    .option("--goal <goal>", "of this goal only: UUID or name")
    .option("--strategy <strategy>", "of this strategy only: UUID or name")
    .option("--deleted", "deleted ones as well");
  addListOptions(command);
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil audits list
  $ vigil audits list --state FAILED
  $ vigil audits list --strategy host_maintenance --json | jq -r .uuid`,
  );
  command.action(async () => {
    const { state, goal, strategy, deleted } = command.opts<{
      state?: Audit["state"];
      goal?: string;
      strategy?: string;
      deleted?: boolean;
    }>();
    const wanted = rowsWanted(command);
    const asked = { state, goal, strategy, showDeleted: deleted === true } as const;
    const found = await calling(command, io, (client) =>
      firstItems(wanted, (limit, marker) =>
        client.audits.list.query(
          { ...asked, sortKey: "id", sortDir: "desc", limit, marker },
          { signal: AbortSignal.timeout(CALL_MS_MAX) },
        ),
      ),
    );
    printList({ io, command, none: "No audits." }, found, COLUMNS);
  });
}

function addShow(audits: Command, io: Io): void {
  const command = audits
    .command("show")
    .description("print one audit, and what it has come to")
    .argument("<audit>", "UUID, name or integer id")
    .option("--json", "as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil audits show hot-host
  $ vigil audits show hot-host --json | jq .parameters`,
  );
  command.action(async (audit: string) => {
    const found = await calling(command, io, (client) =>
      client.audits.get.query({ audit, showDeleted: true }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    io.stdout.write(command.opts().json ? jsonLine(found) : describe(found));
  });
}

function describe(audit: Audit): string {
  const isEvent = audit.auditType === "EVENT";
  const facts = factLines({
    name: audit.name,
    type: audit.auditType,
    state: audit.state,
    because: audit.statusMessage || null,
    goal: audit.goalName,
    strategy: audit.strategyName,
    interval: audit.interval,
    "next run": audit.nextRunTime,
    from: audit.startTime,
    until: audit.endTime,
    "run by": isEvent ? `alarms in state ${audit.triggerStates.join(", ")}` : null,
    "auto trigger": audit.autoTrigger ? "yes: its plans are started at once" : null,
    force: audit.force ? "yes: it runs beside plans under way" : null,
    host: audit.hostname,
    created: audit.createdAt,
    updated: audit.updatedAt,
    deleted: audit.deletedAt,
  });
  const block = (head: string, value: object) =>
    Object.keys(value).length === 0 ? "" : `\n${head}:\n${printableLines(stringify(value))}`;
  return `audit ${audit.uuid}\n${facts}${block("Parameters", audit.parameters)}${block("Scope", audit.scope)}`;
}
