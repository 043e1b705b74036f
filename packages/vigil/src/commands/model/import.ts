import { basename } from "node:path";
import type { Outputs } from "@vigil/client";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags, configOf } from "../../cli/setting-flags.ts";
import { readTextFile } from "../../engine/model-files.ts";
import { withClient } from "../api-client.ts";

/** The largest models take some seconds to read and store; a server that hangs must not hang the command. */
const IMPORT_MS_MAX = 120_000;

const AND = new Intl.ListFormat("en");

export function addModelImportCommand(model: Command, io: Io): void {
  const command = model
    .command("import")
    .description(
      "give Vigil a model of the cloud: cluster JSON or scenario XML, one file of each part of the model",
    )
    .argument("<files...>", "files to read, gzipped or not; the format is recognized")
    .option("--json", "print the answer as JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ VIGIL_AUTH=none vigil model import packages/vigil/samples/cluster.json
  $ OS_CLOUD=admin vigil model import scenario.xml --api-url http://controller:9322
  $ vigil model import scenario.xml storage.xml      compute and storage model, each a file
  $ vigil model import cluster.json --json | jq .hash`,
  );
  command.action(async (files: readonly [string, ...string[]]) => {
    const { values: config } = configOf(command, io);
    const [first, ...more] = files.map((file) => ({ content: readTextFile(file), fileName: basename(file) }));
    const stored = await withClient(config, io.env, (client) =>
      client.model.import.mutate(
        // A server of the release before does not know `more`.
        { ...(first as NonNullable<typeof first>), ...(more.length > 0 ? { more } : {}) },
        { signal: AbortSignal.timeout(IMPORT_MS_MAX) },
      ),
    );
    io.stdout.write(command.opts().json ? `${JSON.stringify(stored)}\n` : describe(files, stored));
  });
}

function describe(files: readonly string[], { hash, revision, summary }: Outputs["model"]["import"]): string {
  const { nodes, nodesAvailable, instances, metrics, storage, baremetal } = summary;
  return [
    `${AND.format(files)} ${files.length === 1 ? "is" : "are"} now the model of the cloud`,
    `  nodes      ${nodes} (${nodesAvailable} up and enabled)`,
    `  instances  ${instances}`,
    ...(storage === undefined ? [] : [`  storage    ${storage.pools} pools, ${storage.volumes} volumes`]),
    ...(baremetal === undefined ? [] : [`  bare metal ${baremetal.nodes} nodes`]),
    `  metrics    ${metrics.map(({ name }) => name).join(", ") || "none"}`,
    `  snapshot   ${hash} (revision ${revision})`,
    "",
  ].join("\n");
}
