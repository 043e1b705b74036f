import type { RoleName } from "@vigil/service";
import type { Command } from "commander";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";

interface RoleCommand {
  name: RoleName;
  description: string;
  examples: string;
}

const COMMANDS: readonly RoleCommand[] = [
  {
    name: "edge",
    description: "take webhooks and publish them; needs NATS and Keystone",
    examples: `  $ NATS_URL=nats://mq1:4222,nats://mq2:4222 vigil edge --http-host 0.0.0.0
  $ curl http://127.0.0.1:9322/readyz`,
  },
  {
    name: "api",
    description: "serve REST and tRPC; needs NATS, Keystone and state",
    examples: "  $ NATS_URL=nats://mq1:4222 vigil api --state-address state1:9323,state2:9323",
  },
  {
    name: "worker",
    description: "compute action plans; needs NATS and state",
    examples: "  $ NATS_URL=nats://mq1:4222 vigil worker --state-address state1:9323 --worker-threads 4",
  },
  {
    name: "applier",
    description: "execute started action plans; needs NATS and state",
    examples: "  $ NATS_URL=nats://mq1:4222 vigil applier --state-address state1:9323 --applier-plans-max 2",
  },
  {
    name: "state",
    description: "keep audits, events, runs and plans in PostgreSQL; needs NATS",
    examples: `  $ DATABASE_URL=postgresql://vigil:...@db/vigil NATS_URL=nats://mq1:4222 vigil state --state-host 0.0.0.0
  $ curl http://127.0.0.1:9324/readyz`,
  },
];

/** Adds a command for each role that runs it as the only one of its process. */
export function addRoleCommands(program: Command, io: Io): void {
  for (const { name, description, examples } of COMMANDS) {
    const command = program.command(name).description(description);
    addSettingFlags(command, name);
    command.addHelpText("after", `\nExamples:\n${examples}`);
    command.action(async () => {
      const loaded = configOf(command, io);
      // Loaded only when needed: `--help` does without the code of the roles.
      const { runProcess } = await import("../process/run.ts");
      await runProcess({ roles: [name], embedded: false }, loaded, io.env);
    });
  }
}
