import type { Outputs } from "@vigil/client";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { addSettingFlags } from "../../cli/setting-flags.ts";
import { factLines } from "../../cli/table.ts";
import { jsonLine } from "../../cli/terminal-text.ts";
import { durationText } from "../../cli/units.ts";
import { CALL_MS_MAX, calling } from "../calls.ts";

export function addModelShowCommand(model: Command, io: Io): void {
  const command = model
    .command("show")
    .description("print what the newest model of the cloud holds, and how old it is")
    .option("--json", "as one line of JSON");
  addSettingFlags(command, "client");
  command.addHelpText(
    "after",
    `
Examples:
  $ vigil model show
  $ vigil model show --json | jq -r .hash`,
  );
  command.action(async () => {
    const newest = await calling(command, io, (client) =>
      client.model.summary.query(undefined, { signal: AbortSignal.timeout(CALL_MS_MAX) }),
    );
    if (newest === null) {
      throw new VigilError(
        "not-found",
        "there is no model of the cloud yet; import one: vigil model import FILE",
      );
    }
    io.stdout.write(command.opts().json ? jsonLine(newest) : modelFacts(newest, Date.now()));
  });
}

type Newest = NonNullable<Outputs["model"]["summary"]>;

function modelFacts({ hash, importedAt, revision, summary }: Newest, nowMs: number): string {
  const { storage, baremetal, metrics } = summary;
  const age = durationText(Math.max(0, nowMs - Date.parse(importedAt)));
  return `model ${hash}\n${factLines({
    imported: `${importedAt} (${age} ago), revision ${revision}`,
    taken: summary.takenAt,
    nodes: `${summary.nodes} (${summary.nodesAvailable} up and enabled)`,
    instances: unmapped(summary.instances, summary.unmappedInstances),
    aggregates: summary.aggregates,
    storage:
      storage === undefined
        ? null
        : `${storage.pools} pools on ${storage.nodes} nodes, ${unmapped(storage.volumes, storage.unmappedVolumes)} volumes`,
    "bare metal": baremetal === undefined ? null : `${baremetal.nodes} nodes`,
    metrics:
      metrics
        .map(({ name, samples, missing }) => `${name} (${samples} of ${samples + missing})`)
        .join(", ") || "none",
  })}`;
}

function unmapped(count: number, without: number): string {
  return without === 0 ? String(count) : `${count} (${without} of them nowhere)`;
}
