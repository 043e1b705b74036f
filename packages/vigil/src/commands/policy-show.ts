import { ANONYMOUS } from "@vigil/http";
import type { Command } from "commander";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import { type LoadedPolicy, loadPolicy } from "../config/policy-file.ts";

/** One rule as `vigil policy show --json` gives it. */
interface ShownRule {
  name: string;
  rule: unknown;
  /** `default`, or the policy file. */
  source: string;
  /** Whether a sender with the given roles, and nothing else, passes; only with --role. */
  allowed?: boolean;
}

export function addPolicyCommand(program: Command, io: Io): void {
  const policy = program.command("policy").description("look at who may do what");
  const show = policy
    .command("show")
    .description("print the rules in force; a policy file that is wrong is told, with status 2")
    .option("--role <name...>", "say for each rule whether somebody with just these roles passes")
    .option("--json", "as a JSON array");
  addSettingFlags(show, "policy");
  show
    .addHelpText(
      "after",
      `
Examples:
  $ vigil policy show --policy-file /etc/vigil/policy.yaml
  $ vigil policy show --role vigil_trigger
  $ vigil policy show --role reader --json | jq -r '.[] | select(.allowed) | .name'`,
    )
    .action(() => {
      const { policyFile } = configOf(show, io).values;
      const { role, json } = show.opts<{ role?: string[]; json?: boolean }>();
      const rules = shownRules(loadPolicy(policyFile), policyFile ?? "", role);
      io.stdout.write(json ? `${JSON.stringify(rules, null, 2)}\n` : asText(rules));
    });
}

function shownRules(loaded: LoadedPolicy, path: string, roles: readonly string[] | undefined): ShownRule[] {
  const identity = { ...ANONYMOUS, roles: (roles ?? []).map((role) => role.toLowerCase()) };
  return Object.entries(loaded.rules).map(([name, rule]) => ({
    name,
    rule,
    source: loaded.overridden.has(name) ? path : "default",
    ...(roles === undefined ? {} : { allowed: loaded.policy.allows(name, identity) }),
  }));
}

/** A policy file that says what is in force; what differs from the defaults is marked. */
function asText(rules: readonly ShownRule[]): string {
  const lines = rules.map(({ name, rule, source, allowed }) => ({
    line: `${JSON.stringify(name)}: ${JSON.stringify(rule)}`,
    note: [...(allowed === undefined ? [] : [allowed ? "passes" : "refused"]), source].join(", "),
  }));
  const width = Math.max(...lines.map(({ line }) => line.length));
  return `${lines.map(({ line, note }) => `${line.padEnd(width)}  # ${note}`).join("\n")}\n`;
}
