/** `vigil events`: what came, what became of it, and once more. */

import type { Outputs } from "@vigil/client";
import { EVENT_FATES } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines } from "../../cli/table.ts";
import { jsonLine, printableLines } from "../../cli/terminal-text.ts";
import { auditUuidOf, CALL_MS_MAX, calling, forEachId } from "../calls.ts";
import { addListOptions, type Columns, firstItems, printList, rowsWanted, wordOption } from "../lists.ts";

type Event = Outputs["events"]["get"];

export function addEventsCommand(program: Command, io: Io): void {
  const events = program
    .command("events")
    .description("look at the ledger: every accepted alarm and its fate");
  addList(events, io);
  addShow(events, io);
  addReplay(events, io);
}

function addList(events: Command, io: Io): void {
  const command = events
    .command("list")
    .description("print events, the newest first")
    .option("--audit <audit>", "of this audit only: UUID, name or integer id")
    .addOption(wordOption("--fate <fate>", "with this fate only", EVENT_FATES));
  addListOptions(command);
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil events list                                the newest alarms, and what became of them
  $ vigil events list --audit hot-host --fate WAITING
  $ vigil events list --fate DEAD_LETTER --limit 1000 --json | jq -r .eventId`,
  );
  command.action(async () => {
    const { audit, fate } = command.opts<{ audit?: string; fate?: Event["fate"] }>();
    const wanted = rowsWanted(command);
    const found = await calling(command, io, async (client) => {
      const auditUuid = await auditUuidOf(client, audit);
      const asked = { fate, auditUuid, sortKey: "id", sortDir: "desc" } as const;
      return firstItems(wanted, (limit, marker) =>
        client.events.list.query({ ...asked, limit, marker }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
      );
    });
    printList({ io, command, none: "No events." }, found, COLUMNS);
  });
}

const COLUMNS: Columns<Event> = {
  ARRIVED: ({ arrivedAt }) => arrivedAt.slice(0, 19),
  EVENT: ({ eventId }) => eventId,
  AUDIT: ({ auditUuid, auditIdent }) => auditUuid ?? auditIdent.slice(0, 64),
  ALARM: ({ current }) => current,
  FATE: ({ fate }) => fate,
  REASON: ({ reason }) => reason ?? "",
};

function addShow(events: Command, io: Io): void {
  const command = events
    .command("show")
    .description("print one event: its fate, and what the sender sent")
    .argument("<event>", "id of the event: its UUID in the ledger")
    .option("--json", "as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil events show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil events show 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11 --json | jq -r .body.text`,
  );
  command.action(async (eventId: string) => {
    const event = await calling(command, io, (client) =>
      client.events.get.query({ eventId }, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    io.stdout.write(command.opts().json ? jsonLine(event) : describe(event));
  });
}

function describe(event: Event): string {
  const facts = factLines({
    fate: event.fate,
    reason: event.reason,
    audit: event.auditUuid ?? `none (${event.auditIdent})`,
    run: event.runId,
    "duplicate of": event.duplicateOf,
    "replay of": event.replayOf,
    alarm: event.current,
    format: `${event.format}, ${event.bodyParse}`,
    received: event.receivedAt,
    arrived: event.arrivedAt,
    "in the stream": event.streamSequence,
    request: event.requestId || null,
    user: event.sender.userId,
    project: event.sender.projectId,
    from: event.sender.remoteAddress,
    occurrence: event.occurrenceKey,
  });
  const { encoding, text } = event.body;
  const body =
    text === ""
      ? "No body.\n"
      : `Body${encoding === "base64" ? " (base64)" : ""}:\n${printableLines(text)}\n`;
  return `event ${event.eventId}\n${facts}\n${body}`;
}

function addReplay(events: Command, io: Io): void {
  const command = events
    .command("replay")
    .description("have events run again, each as a new event; what became of the first stays as it is")
    .argument("<event...>", "ids of events that have ended")
    .option("--json", "the new events, one JSON object a line");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Refused for events that still wait, and where the audit is gone, cancelled or suspended, or takes no such alarm.

Examples:
  $ vigil events replay 0b6f1d1e-6f0a-4f5e-9d0c-2f4f5c1f7f11
  $ vigil events list --audit hot-host --fate DISCARDED --json | jq -r .eventId | xargs vigil events replay`,
  );
  command.action((ids: string[]) =>
    calling(command, io, (client) =>
      forEachId(io, ids, async (eventId, editId) => {
        const signal = AbortSignal.timeout(CALL_MS_MAX);
        const made = await client.events.replay.mutate({ eventId, editId }, { signal });
        const text = `event ${made.replayOf} runs again as ${made.eventId}, which is ${made.fate}\n`;
        io.stdout.write(command.opts().json ? jsonLine(made) : text);
      }),
    ),
  );
}
