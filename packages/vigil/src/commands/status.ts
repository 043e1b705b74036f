/** `vigil status`: the whole system on one screen, and what needs a hand. */

import { styleText } from "node:util";
import type { Command } from "commander";
import { CommandEnded, EXIT_STATUS } from "../cli/exit-status.ts";
import type { Io } from "../cli/io.ts";
import { addSettingFlags } from "../cli/setting-flags.ts";
import { tableText } from "../cli/table.ts";
import { jsonLine, printable } from "../cli/terminal-text.ts";
import { bytesText, countText, durationText, plural } from "../cli/units.ts";
import type { Finding } from "../diagnosis/finding.ts";
import { findingsOf, isSilent, type System } from "../diagnosis/system.ts";
import { CALL_MS_MAX, calling } from "./calls.ts";

export function addStatusCommand(program: Command, io: Io): void {
  const command = program
    .command("status")
    .description("the whole system on one screen: who is there, what waits, what needs a hand")
    .option("--json", "as one line of JSON: {ok, findings: [{code, level, seen, wanted, advice}], system}");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Ends with 1 when something needs a hand; each finding says what to do. Needs Vigil's API; when that does not answer,
vigil doctor finds out why.

Examples:
  $ vigil status
  $ vigil status --json | jq -r '.findings[].code'
  $ watch -n 5 vigil status`,
  );
  command.action(async () => {
    const system = await calling(command, io, (client) =>
      client.system.status.query(undefined, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    const findings = findingsOf(system, Date.now());
    const ok = findings.length === 0;
    io.stdout.write(
      command.opts().json ? jsonLine({ ok, findings, system }) : screen(io, system, findings, Date.now()),
    );
    if (!ok) throw new CommandEnded(EXIT_STATUS.failed);
  });
}

function screen(io: Io, system: System, findings: readonly Finding[], nowMs: number): string {
  return [
    whoIsThere(system),
    "\n",
    whatThereIs(system, nowMs),
    streams(system),
    "\n",
    findingsText(io, findings),
  ].join("");
}

function whoIsThere({ processes, spools }: System): string {
  const rows = processes.map((process) => [
    process.role,
    process.host,
    process.version,
    isSilent(process) ? `SILENT ${durationText(process.silentMs)}` : `${durationText(process.silentMs)} ago`,
    place(process.facts),
  ]);
  const edges = spools.map((spool) => [
    "edge",
    spool.edge,
    spool.version || null,
    "answers",
    `spool ${plural(spool.records, "event")}${spool.journaled > 0 ? `, ${countText(spool.journaled)} journaled` : ""}`,
  ]);
  return tableText(["ROLE", "HOST", "RELEASE", "SEEN", "ON"], [...edges, ...rows]);
}

function place({ cores, memoryMiB, threads }: System["processes"][number]["facts"]): string {
  return [
    ...(typeof cores === "number" ? [plural(cores, "core")] : []),
    ...(typeof memoryMiB === "number" ? [bytesText(memoryMiB * 1_048_576)] : []),
    ...(typeof threads === "number" ? [plural(threads, "thread")] : []),
  ].join(", ");
}

function whatThereIs(system: System, nowMs: number): string {
  const { events, oldestEventMs, runs, oldestDueMs, deadLettersOpen, plans, audits, model, database } =
    system;
  const waiting = `${countText(events.WAITING ?? 0)} waiting${oldestEventMs > 0 ? ` (oldest ${durationText(oldestEventMs)})` : ""}`;
  const due = `${countText(runs.DUE ?? 0)} due${oldestDueMs > 0 ? ` (longest ${durationText(oldestDueMs)})` : ""}`;
  const age = model === null ? 0 : Math.max(0, nowMs - Date.parse(model.importedAt));
  const connections = `${database.connections} of ${database.settings.max_connections ?? "?"} connections`;
  const lines: Record<string, string> = {
    events: `${waiting}, ${countText(events.LEASED ?? 0)} in runs, ${plural(deadLettersOpen, "open dead letter")}`,
    runs: `${due}, ${countText(runs.LIVE ?? 0)} live, ${countText(runs.BLOCKED ?? 0)} waiting for plans`,
    audits: byState(audits),
    plans: byState(plans),
    model:
      model === null
        ? "none"
        : `${model.hash.slice(0, 12)}, ${durationText(age)} old, revision ${model.revision}`,
    database: `PostgreSQL ${database.version}, ${connections}, ${bytesText(database.bytes)}`,
    broker: brokerLine(system),
  };
  const width = Math.max(...Object.keys(lines).map((name) => name.length));
  return Object.entries(lines)
    .map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}\n`)
    .join("");
}

function byState(counts: Readonly<Record<string, number>>): string {
  const known = Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return known.map(([state, count]) => `${countText(count)} ${state}`).join(", ") || "none";
}

function brokerLine({ broker, brokerProblem }: System): string {
  if (broker === null) return brokerProblem ?? "could not be asked";
  const { consumer, cluster } = broker;
  const room = broker.storeBytesMax > 0 ? ` of ${bytesText(broker.storeBytesMax)}` : "";
  const lag =
    consumer === null
      ? "no consumer of workers"
      : `${countText(consumer.pending)} events for workers, ${countText(consumer.ackPending)} in their hands`;
  return `NATS ${broker.version}${cluster === "" ? "" : `, cluster ${cluster}`}, ${bytesText(broker.storeBytes)}${room} stored, ${lag}`;
}

function streams({ broker }: System): string {
  if (broker === null || broker.streams.length === 0) return "";
  const rows = broker.streams.map(({ name, messages, bytes, bytesMax, replicas, replicasCurrent }) => [
    name,
    countText(messages),
    bytesText(bytes),
    bytesMax > 0 ? bytesText(bytesMax) : null,
    `${replicasCurrent} of ${replicas}`,
  ]);
  return `\n${tableText(["STREAM", "MESSAGES", "BYTES", "ROOM", "COPIES"], rows)}`;
}

/** As `vigil doctor` shows them as well. */
export function findingsText({ stdout }: Io, findings: readonly Finding[]): string {
  if (findings.length === 0) return "All is well.\n";
  return findings
    .map(({ code, level, seen, wanted, advice }) => {
      const label = styleText(level === "error" ? "red" : "yellow", `${level} ${code}:`, { stream: stdout });
      return `${label} ${printable(seen)}\n  wanted: ${printable(wanted)}\n  do:     ${printable(advice)}\n`;
    })
    .join("");
}
