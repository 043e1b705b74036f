/** `vigil doctor`: what is wrong with an installation, as seen from this machine. */

import { VigilError } from "@vigil/core";
import { ROLE_NAMES, type RoleName } from "@vigil/service";
import { type Command, Option } from "commander";
import { CommandEnded, EXIT_STATUS } from "../cli/exit-status.ts";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import { jsonLine, printable } from "../cli/terminal-text.ts";
import type { Check } from "../diagnosis/checks.ts";
import { type Finding, problem } from "../diagnosis/finding.ts";
import { findingsText } from "./status.ts";
import { withProgress } from "./strategy/progress.ts";

export function addDoctorCommand(program: Command, io: Io): void {
  const command = program
    .command("doctor")
    .description("find out what is wrong with an installation, from this machine and with its settings")
    .addOption(
      new Option("--role <role>", "look as this role: at what it needs, with its account").choices(
        ROLE_NAMES,
      ),
    )
    .option(
      "--json",
      "as one line of JSON: {ok, checks: [{what, seen, ok}], findings: [{code, level, seen, wanted, advice}]}",
    );
  addSettingFlags(command, ...ROLE_NAMES, "client");
  command.addHelpText(
    "after",
    `
Looks at NATS (servers, release, limits, the account's permissions), each state process, the API, Keystone, PostgreSQL,
certificates, clocks, threads and memory, the spool's disk, and asks the system itself who is missing. Works while any of
them is away, changes nothing, and ends with 1 when there is a finding. Without --role it looks at what is set here.

Examples:
  $ vigil doctor
  $ sudo -u vigil sh -c 'set -a; . /etc/vigil/vigil.env; . /etc/vigil/worker.env; vigil doctor --role worker'
  $ vigil doctor --json | jq -r '.findings[] | "\\(.code): \\(.advice)"'`,
  );
  command.action(async () => {
    const { role, json } = command.opts<{ role?: RoleName; json?: boolean }>();
    const checks = await withProgress(io, "looking at the installation", () => examined(command, io, role));
    const findings = checks.flatMap((check) => check.findings);
    const ok = findings.length === 0;
    io.stdout.write(json ? jsonLine(asJson(checks, findings)) : asText(io, checks, findings));
    if (!ok) throw new CommandEnded(EXIT_STATUS.failed);
  });
}

/** Settings that can't be read are a finding, and all that can be said. */
async function examined(command: Command, io: Io, role: RoleName | undefined): Promise<Check[]> {
  try {
    // Of a role its own secrets, and those of a client, for what the API says.
    const loaded = configOf(command, io, role && [role, "client"]);
    const { examine } = await import("../diagnosis/doctor.ts");
    return await examine({ ...loaded, env: io.env, role });
  } catch (thrown) {
    const { kind, message } = VigilError.from(thrown);
    if (kind !== "invalid-input") throw thrown;
    const findings = message
      .split("\n")
      .map((line) =>
        problem(
          "settings",
          line,
          "settings that can be read",
          "correct it; vigil config check says when it is right",
        ),
      );
    return [{ what: "settings", seen: "can't be read", findings }];
  }
}

function asJson(checks: readonly Check[], findings: readonly Finding[]) {
  const looked = checks.map(({ what, seen, findings: own }) => ({ what, seen, ok: own.length === 0 }));
  return { ok: findings.length === 0, checks: looked, findings };
}

function asText(io: Io, checks: readonly Check[], findings: readonly Finding[]): string {
  const width = Math.max(...checks.map(({ what }) => what.length));
  const lines = checks.map(({ what, seen, findings: own }) => {
    const sign = own.length === 0 ? "ok  " : own.some(({ level }) => level === "error") ? "BAD " : "look";
    return `${sign}  ${printable(what.padEnd(width))}  ${printable(seen)}\n`;
  });
  return `${lines.join("")}\n${findingsText(io, findings)}`;
}
