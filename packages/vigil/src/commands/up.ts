import type { Command } from "commander";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import { VERSION } from "../cli/version.ts";
import type { Config } from "../config/settings.ts";
import type { Parts } from "../process/parts.ts";

const ROLES = ["edge", "api", "worker", "applier", "state"] as const;

export function addUpCommand(program: Command, io: Io): void {
  const up = program
    .command("up")
    .description("run everything in one process, with PostgreSQL and NATS of its own; Ctrl-C stops it");
  addSettingFlags(up, ...ROLES, "up");
  up.addHelpText(
    "after",
    `
Examples:
  $ VIGIL_AUTH=none vigil up                                  identity headers are trusted: development only
  $ OS_CLOUD=vigil vigil up --http-host 0.0.0.0               tokens are checked at Keystone
  $ DATABASE_URL=postgresql://... NATS_URL=nats://... vigil up   on servers that are there already`,
  );
  up.action(async () => {
    const loaded = configOf(up, io);
    const { runProcess } = await import("../process/run.ts");
    const plan = { roles: ROLES, embedded: true };
    await runProcess(plan, loaded, io.env, (parts) => io.stdout.write(readyText(parts, loaded.values)));
  });
}

function readyText({ listener, servers }: Parts, config: Config): string {
  const own = servers.map(({ name }) => name).join(" and ");
  return [
    `Vigil ${VERSION} is ready`,
    `  REST       ${listener?.url}/v1`,
    `  webhooks   ${listener?.url}/v1/webhooks/AUDIT`,
    `  tRPC       ${listener?.url}/trpc`,
    `  readiness  ${listener?.url}/readyz`,
    ...(own === "" ? [] : [`  data       ${config.dataDir} (${own} of our own)`]),
    ...(config.auth === "none" ? ["  authentication is off: identity headers are trusted"] : []),
    "",
  ].join("\n");
}
