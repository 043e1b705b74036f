/** `vigil dead-letters`: what could not be done, and what an operator decides about it. */

import type { Outputs, VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines } from "../../cli/table.ts";
import { jsonLine, printableLines } from "../../cli/terminal-text.ts";
import { auditUuidOf, CALL_MS_MAX, calling, forEachId } from "../calls.ts";
import { addListOptions, type Columns, firstItems, printList, rowsWanted } from "../lists.ts";

type DeadLetter = Outputs["deadLetters"]["get"];

export function addDeadLettersCommand(program: Command, io: Io): void {
  const letters = program
    .command("dead-letters")
    .description("look at what could not be done, and have it done again or drop it");
  addList(letters, io);
  addShow(letters, io);
  addReplay(letters, io);
  addDrop(letters, io);
}

function addList(letters: Command, io: Io): void {
  const command = letters
    .command("list")
    .description("print dead letters, the newest first")
    .option("--open", "those only that nobody has decided about")
    .option("--audit <audit>", "of this audit only: UUID, name or integer id");
  addListOptions(command);
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil dead-letters list --open
  $ vigil dead-letters list --audit hot-host --json | jq -r .reason`,
  );
  command.action(async () => {
    const { open, audit } = command.opts<{ open?: boolean; audit?: string }>();
    const wanted = rowsWanted(command);
    const found = await calling(command, io, async (client) => {
      const auditUuid = await auditUuidOf(client, audit);
      return listed(client, { open: open === true, auditUuid, sortDir: "desc" }, wanted);
    });
    printList({ io, command, none: "No dead letters." }, found, COLUMNS);
  });
}

const COLUMNS: Columns<DeadLetter> = {
  CREATED: ({ createdAt }) => createdAt.slice(0, 19),
  "DEAD LETTER": ({ uuid }) => uuid,
  KIND: ({ kind }) => kind,
  AUDIT: (letter) => letter.auditUuid ?? identOf(letter),
  EVENTS: ({ eventCount }) => String(eventCount),
  DECIDED: ({ resolution }) => resolution ?? "open",
  REASON: ({ reason }) => reason,
};

interface Wanted {
  open: boolean;
  auditUuid: string | undefined;
  sortDir: "asc" | "desc";
}

function listed(client: VigilClient, { open, auditUuid, sortDir }: Wanted, rows: number) {
  const asked = { ...(open && { resolution: "OPEN" as const }), ...(auditUuid && { auditUuid }) };
  return firstItems(rows, (limit, marker) =>
    client.deadLetters.list.query(
      { ...asked, sortKey: "id", sortDir, limit, ...(marker && { marker }) },
      { signal: AbortSignal.timeout(CALL_MS_MAX) },
    ),
  );
}

/** What stood in the URL where no audit was found. */
function identOf({ detail }: DeadLetter): string | null {
  return typeof detail.audit_ident === "string" ? detail.audit_ident.slice(0, 64) : null;
}

function addShow(letters: Command, io: Io): void {
  const command = letters
    .command("show")
    .description("print one dead letter: why, of what, and what was decided")
    .argument("<uuid>", "UUID of the dead letter")
    .option("--json", "as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil dead-letters show 9a4c0b2f-6d1e-4b57-9a4c-0b2f7f6a9d11
  $ vigil dead-letters show 9a4c0b2f-6d1e-4b57-9a4c-0b2f7f6a9d11 --json | jq -r '.detail.event_ids[]'`,
  );
  command.action(async (uuid: string) => {
    const letter = await calling(command, io, (client) =>
      client.deadLetters.get.query({ uuid }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    io.stdout.write(command.opts().json ? jsonLine(letter) : describe(letter));
  });
}

function describe(letter: DeadLetter): string {
  const facts = factLines({
    kind: letter.kind,
    reason: letter.reason,
    audit: letter.auditUuid ?? identOf(letter),
    event: letter.eventId,
    run: letter.runId,
    events: letter.eventCount,
    created: letter.createdAt,
    decided: letter.resolution ?? "open",
    by: letter.resolvedBy || null,
    at: letter.resolvedAt,
    replays: letter.replayEventIds.length === 0 ? null : letter.replayEventIds.join(" "),
  });
  const isEmpty = Object.keys(letter.detail).length === 0;
  return `dead letter ${letter.uuid}\n${facts}${isEmpty ? "" : `\nDetail:\n${printableLines(stringify(letter.detail))}`}`;
}

function addReplay(letters: Command, io: Io): void {
  const command = letters
    .command("replay")
    .description("have all events of dead letters run again, each as a new event")
    .argument("[uuid...]", "UUIDs of open dead letters")
    .option("--all", "all open ones of the audit that --audit names, the oldest first")
    .option("--audit <audit>", "with --all: UUID, name or integer id")
    .option("--json", "the dead letters afterwards, one JSON object a line");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Do it when the reason is gone: what is wrong as before becomes another dead letter.

Examples:
  $ vigil dead-letters replay 9a4c0b2f-6d1e-4b57-9a4c-0b2f7f6a9d11
  $ vigil dead-letters replay --all --audit hot-host`,
  );
  command.action(async (uuids: string[]) => {
    const { all, audit, json } = command.opts<{ all?: boolean; audit?: string; json?: boolean }>();
    checkChoice(uuids, all === true, audit);
    await calling(command, io, async (client) => {
      const chosen = all ? await openOnesOf(client, audit) : uuids;
      if (chosen.length === 0) io.stderr.write("The audit has no open dead letters.\n");
      await forEachId(io, chosen, async (uuid, editId) => {
        const signal = AbortSignal.timeout(CALL_MS_MAX);
        const letter = await client.deadLetters.replay.mutate({ uuid, editId }, { signal });
        io.stdout.write(json ? jsonLine(letter) : `dead letter ${uuid}: ${replayText(letter)}\n`);
      });
    });
  });
}

/** @throws VigilError invalid-input */
function checkChoice(uuids: readonly string[], all: boolean, audit: string | undefined): void {
  const isOne = all ? uuids.length === 0 && audit !== undefined : uuids.length > 0 && audit === undefined;
  if (isOne) return;
  throw new VigilError(
    "invalid-input",
    "name dead letters by their UUIDs, or all of an audit: --all --audit NAME",
  );
}

/** Replaying does not end while others fail again: what is open now is all that is meant. */
async function openOnesOf(client: VigilClient, audit: string | undefined): Promise<string[]> {
  const auditUuid = await auditUuidOf(client, audit);
  const { items } = await listed(client, { open: true, auditUuid, sortDir: "asc" }, Number.POSITIVE_INFINITY);
  return items.map(({ uuid }) => uuid);
}

function replayText({ eventCount, replayEventIds }: DeadLetter): string {
  if (eventCount === 0) return "the audit runs again";
  const [first] = replayEventIds;
  return eventCount === 1 ? `its event runs again as ${first}` : `its ${eventCount} events run again`;
}

function addDrop(letters: Command, io: Io): void {
  const command = letters
    .command("drop")
    .description("close dead letters without doing anything; they and their events stay readable")
    .argument("<uuid...>", "UUIDs of open dead letters")
    .option("--json", "the dead letters afterwards, one JSON object a line");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil dead-letters drop 9a4c0b2f-6d1e-4b57-9a4c-0b2f7f6a9d11`,
  );
  command.action((uuids: string[]) =>
    calling(command, io, (client) =>
      forEachId(io, uuids, async (uuid, editId) => {
        const signal = AbortSignal.timeout(CALL_MS_MAX);
        const letter = await client.deadLetters.drop.mutate({ uuid, editId }, { signal });
        io.stdout.write(command.opts().json ? jsonLine(letter) : `dead letter ${uuid} is dropped\n`);
      }),
    ),
  );
}
