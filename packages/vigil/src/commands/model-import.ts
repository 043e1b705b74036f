import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { createVigilClient, isVigilError, type Outputs, type VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../cli/io.ts";
import { addSettingFlags, configOf } from "../cli/setting-flags.ts";
import type { Config } from "../config/settings.ts";
import { openSession } from "../roles/keystone.ts";

/** The largest models take some seconds to read and store; a server that hangs must not hang the command. */
const IMPORT_MS_MAX = 120_000;

/** Who the command says it is where identity headers are trusted. */
const DEVELOPER = { "x-user-id": "vigil-cli", "x-project-id": "vigil-cli", "x-roles": "admin" };

export function addModelCommand(program: Command, io: Io): void {
  const model = program.command("model").description("work with the model of the cloud");
  const command = model
    .command("import")
    .description("give Vigil a model of the cloud: cluster JSON or scenario XML")
    .argument("<file>", "file to read; the format is recognized")
    .option("--json", "print the answer as JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ VIGIL_AUTH=none vigil model import packages/vigil/samples/cluster.json
  $ OS_CLOUD=admin vigil model import scenario.xml --api-url http://controller:9322
  $ vigil model import cluster.json --json | jq .hash`,
  );
  command.action(async (file: string) => {
    const { values: config } = configOf(command, io);
    const content = readModel(file);
    const stored = await withClient(config, io.env, (client) =>
      client.model.import.mutate(
        { content, fileName: basename(file) },
        { signal: AbortSignal.timeout(IMPORT_MS_MAX) },
      ),
    );
    io.stdout.write(command.opts().json ? `${JSON.stringify(stored)}\n` : describe(file, stored));
  });
}

function readModel(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const kind = (error as NodeJS.ErrnoException).code === "ENOENT" ? "not-found" : "invalid-input";
    throw new VigilError(kind, `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function describe(file: string, { hash, revision, summary }: Outputs["model"]["import"]): string {
  const { nodes, nodesAvailable, instances, metrics } = summary;
  return [
    `${file} is now the model of the cloud`,
    `  nodes      ${nodes} (${nodesAvailable} up and enabled)`,
    `  instances  ${instances}`,
    `  metrics    ${metrics.map(({ name }) => name).join(", ") || "none"}`,
    `  snapshot   ${hash} (revision ${revision})`,
    "",
  ].join("\n");
}

async function withClient<T>(
  config: Config,
  env: NodeJS.ProcessEnv,
  call: (client: VigilClient) => Promise<T>,
): Promise<T> {
  if (config.auth === "none") {
    return await translated(
      config,
      call(createVigilClient({ url: config.apiUrl, identityHeaders: DEVELOPER })),
    );
  }
  const session = openSession(config, env);
  let last = "";
  const getToken = async ({ refused }: { refused: boolean }) => {
    if (refused) session.invalidate(last);
    last = (await session.token()).token;
    return last;
  };
  try {
    return await translated(config, call(createVigilClient({ url: config.apiUrl, getToken })));
  } finally {
    await session.close();
  }
}

/** The client's errors as ours: those of the server keep their kind, the rest means that it was not reached. */
async function translated<T>({ apiUrl }: Config, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isVigilError(error)) throw error;
    if (error.data?.kind) throw new VigilError(error.data.kind, error.message, { cause: error });
    const { cause } = error;
    if (cause instanceof VigilError) throw cause;
    throw new VigilError(
      "unavailable",
      `no answer from Vigil's API at ${apiUrl}: ${reasonOf(error)}; start it (vigil up), or correct --api-url or VIGIL_API_URL`,
      { cause: error },
    );
  }
}

/** fetch says only "fetch failed"; what happened is in its cause. */
function reasonOf(error: Error): string {
  let deepest = error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest.message || deepest.name;
}
