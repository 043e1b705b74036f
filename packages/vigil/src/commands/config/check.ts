import { VigilError } from "@vigil/core";
import { ROLE_NAMES, type RoleName } from "@vigil/service";
import { type Command, Option } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags, configOf } from "../../cli/setting-flags.ts";
import { readExecutionRules } from "../../config/execution-rules.ts";
import { loadPolicy } from "../../config/policy-file.ts";
import type { Config } from "../../config/settings.ts";
import { readStrategyOptions } from "../../config/strategy-options.ts";
import { readTlsFiles, tlsBordersOf } from "../../config/tls-files.ts";

const EVERYBODY = [...ROLE_NAMES, "up", "client", "policy"] as const;

export function addConfigCheckCommand(config: Command, io: Io): void {
  const command = config
    .command("check")
    .description(
      "read all settings and the files that they name, as a role does when it starts; starts nothing",
    )
    .addOption(
      new Option(
        "--role <role>",
        "as this role: only files that it reads, and what it needs must be set",
      ).choices(ROLE_NAMES),
    )
    .option("--json", "as one line of JSON: {ok, problems: [text]}");
  addSettingFlags(command, ...EVERYBODY);
  command.addHelpText(
    "after",
    `
Ends with 2 when something is wrong; each problem names its place. What servers say to it: vigil doctor.

Examples:
  $ vigil config check
  $ sudo -u vigil sh -c 'set -a; . /etc/vigil/vigil.env; . /etc/vigil/worker.env; vigil config check --role worker'
  $ vigil config check --config /etc/vigil/vigil.yaml --json | jq -r '.problems[]'`,
  );
  command.action(() => {
    const { role, json } = command.opts<{ role?: RoleName; json?: boolean }>();
    const problems = problemsOf(command, io, role);
    const ok = problems.length === 0;
    if (json) io.stdout.write(`${JSON.stringify({ ok, problems })}\n`);
    else if (ok) io.stdout.write("The configuration can be read.\n");
    if (!ok) throw new VigilError("invalid-input", problems.join("\n"));
  });
}

/** Commands read only their own settings, roles their own as well: all are read here, each file once. */
function problemsOf(command: Command, io: Io, role: RoleName | undefined): string[] {
  const problems: string[] = [];
  const tried = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (thrown) {
      problems.push(...VigilError.from(thrown).message.split("\n"));
      return undefined;
    }
  };
  const readers = role === undefined ? EVERYBODY : [role];
  const values = tried(() => configOf(command, io, readers).values);
  if (values === undefined) return problems;
  const has = (...roles: RoleName[]) => role === undefined || roles.includes(role);
  if (has("edge", "api")) tried(() => loadPolicy(values.policyFile));
  if (has("worker")) tried(() => readStrategyOptions(values));
  if (has("applier")) tried(() => readExecutionRules(values));
  for (const border of tlsBordersOf(...readers)) {
    tried(() =>
      readTlsFiles(values, border, Date.now(), (fields, text) =>
        problems.push(`${text}: ${JSON.stringify(fields)}`),
      ),
    );
  }
  return [...problems, ...missing(values, role)];
}

/** What `vigil up` has of its own, a role of a process has not. */
function missing(config: Config, role: RoleName | undefined): string[] {
  if (role === undefined) return [];
  const needsAccount = (role === "edge" || role === "api") && config.auth === "keystone";
  const hasAccount = config.osCloud !== undefined || config.osAuthUrl !== undefined;
  return [
    ...(config.natsUrl === undefined ? [`NATS_URL is not set, and ${role} needs it`] : []),
    ...(role === "state" && config.databaseUrl === undefined
      ? ["DATABASE_URL is not set, and state needs it"]
      : []),
    ...(needsAccount && !hasAccount
      ? [`OS_CLOUD or OS_AUTH_URL is not set, and ${role} checks tokens at Keystone`]
      : []),
  ];
}
