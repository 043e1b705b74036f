/** `vigil verify`: the proof that nothing was lost and nothing done twice, also while the system runs. */

import type { WriteStream } from "node:tty";
import type { Command } from "commander";
import { CommandEnded, EXIT_STATUS } from "../../cli/exit-status.ts";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { tableText } from "../../cli/table.ts";
import { jsonLine, printable } from "../../cli/terminal-text.ts";
import { calling } from "../calls.ts";
import { type Verified, walk } from "./walk.ts";

const CLEAR_LINE = "\r\x1b[2K";

export function addVerifyCommand(program: Command, io: Io): void {
  const command = program
    .command("verify")
    .description(
      "prove that each accepted event waits or has exactly one fate, and each run at most one plan",
    )
    .option("--json", "as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Walks the ledger, the event stream up to where workers have acknowledged, and the spools of the edges. Changes nothing,
and may be run at any time. What contradicts is listed with advice; the status is then 1, as when something could not be
looked at.

Examples:
  $ vigil verify
  $ vigil verify --json | jq '.findings[] | {rule, count, ids}'`,
  );
  command.action(async () => {
    const progress = progressOn(io);
    const verified = await calling(command, io, (client) => walk(client, progress.tell)).finally(
      progress.end,
    );
    io.stdout.write(command.opts().json ? jsonLine(verified) : describe(verified));
    if (!verified.ok) throw new CommandEnded(EXIT_STATUS.failed);
  });
}

/** In the terminal's last line; where nobody watches, nothing is said. */
function progressOn({ stderr }: Io) {
  const isTerminal = (stderr as Partial<WriteStream>).isTTY === true;
  return {
    tell: (progress: string) => void (isTerminal && stderr.write(`${CLEAR_LINE}verifying: ${progress}`)),
    end: () => void (isTerminal && stderr.write(CLEAR_LINE)),
  };
}

const number = (value: number) => value.toLocaleString("en-US");

function describe(verified: Verified): string {
  const { ledger, findings, problems } = verified;
  const parts = Object.entries(ledger).map(([part, counts]) => {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const by = Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return [
      part.replace("_", " "),
      number(total),
      by.map(([name, count]) => `${name} ${number(count)}`).join(", "),
    ];
  });
  const rows = [...parts, ...streamRow(verified.stream), ...spoolRows(verified.spools)];
  const told = findings.map(({ rule, what, count, ids, advice }) => {
    const named = ids.map((id) => `    ${printable(id)}\n`).join("");
    const others = count > ids.length ? `    and ${number(count - ids.length)} more\n` : "";
    return `\n${rule}: ${number(count)} ${printable(what)}\n${named}${others}  ${printable(advice)}.\n`;
  });
  const unseen = problems.map((problem) => `\n${printable(problem)}\n`);
  return `${tableText(["WHERE", "COUNT", "OF WHICH"], rows)}${told.join("")}${unseen.join("")}\n${verdict(verified)}\n`;
}

function streamRow(stream: Verified["stream"]): string[][] {
  if (stream === null) return [];
  const { checked, waiting, unseen } = stream;
  const parts = [`acknowledged and looked up ${number(checked)}`, `waiting ${number(waiting)}`];
  if (unseen > 0) parts.push(`neither ${number(unseen)}`);
  return [["stream", number(checked + waiting + unseen), parts.join(", ")]];
}

function spoolRows(spools: Verified["spools"]): string[][] {
  if (spools === null) return [];
  if (spools.length === 0) return [["spools", "0", "0 edges answered"]];
  return spools.map((spool) => [
    `spool of ${spool.edge}`,
    number(spool.records),
    [
      `oldest ${(spool.oldestMs / 1_000).toFixed(1)} s`,
      `journaled ${number(spool.journaled)}`,
      `refused ${number(spool.refused)}`,
      `in the ledger already ${number(spool.recorded)}`,
    ].join(", "),
  ]);
}

function verdict({ ok, findings, problems }: Verified): string {
  if (ok) return "Nothing contradicts: each accepted event waits or has exactly one fate.";
  const told = findings.length === 1 ? "1 rule is broken" : `${findings.length} rules are broken`;
  return problems.length === 0 ? `${told}.` : `${told}; not everything could be looked at.`;
}
