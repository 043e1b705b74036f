import { VigilError } from "@vigil/core";
import { ROLE_NAMES, type RoleName } from "@vigil/service";
import { type Command, Option } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags, configOf } from "../../cli/setting-flags.ts";
import { readExecutionRules } from "../../config/execution-rules.ts";
import { loadPolicy } from "../../config/policy-file.ts";
import type { Config } from "../../config/settings.ts";
import { readStrategyOptions } from "../../config/strategy-options.ts";
import { readTlsFiles, TLS_BORDERS } from "../../config/tls-files.ts";

export function addConfigCheckCommand(config: Command, io: Io): void {
  const command = config
    .command("check")
    .description(
      "read all settings and the files that they name, as a role does when it starts; starts nothing",
    )
    .addOption(new Option("--role <role>", "what this role needs must be set as well").choices(ROLE_NAMES))
    .option("--json", "as one line of JSON: {ok, problems: [text]}");
  addSettingFlags(command, ...ROLE_NAMES, "up", "client", "policy");
  command.addHelpText(
    "after",
    `
Ends with 2 when something is wrong; each problem names its place. What servers say to it: vigil doctor.

Examples:
  $ vigil config check
  $ env $(grep -v '^#' /etc/vigil/vigil.env) vigil config check --role worker
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
  const values = tried(() => configOf(command, io).values);
  if (values === undefined) return problems;
  tried(() => loadPolicy(values.policyFile));
  tried(() => readStrategyOptions(values));
  tried(() => readExecutionRules(values));
  for (const border of TLS_BORDERS) {
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
