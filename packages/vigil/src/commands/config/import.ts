import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { VigilError } from "@vigil/core";
import type { Command } from "commander";
import type { Io } from "../../cli/io.ts";
import { jsonLine, printable } from "../../cli/terminal-text.ts";
import { plural } from "../../cli/units.ts";
import { envFile } from "../../watcher/env-file.ts";
import { type Carried, type Imported, importWatcher } from "../../watcher/import.ts";
import { readOsloIni } from "../../watcher/oslo-ini.ts";

const SECRET_MODE = 0o600;
const FOLDER_MODE = 0o700;

export function addConfigImportCommand(config: Command, io: Io): void {
  const command = config
    .command("import")
    .description("print Watcher's configuration as Vigil's, and say what has no counterpart and why")
    .argument("<files...>", "watcher.conf, and others that are read after it")
    .option("--secrets-dir <folder>", "write secrets to files of this folder (mode 0600) and name them")
    .option(
      "--json",
      "one line of JSON: {settings: [{env, value, from}], left: [{from, reason}], unknown, problems}",
    )
    .addHelpText(
      "after",
      `
Settings go to standard output as a file of environment variables (systemd's EnvironmentFile), all else to standard
error. A secret is never printed: without --secrets-dir a comment stands in its place. What becomes of each option:
docs/reference/watcher-options.md. Ends with 1 when a line can't be read.

Examples:
  $ vigil config import /etc/watcher/watcher.conf > vigil.env
  $ vigil config import /etc/watcher/watcher.conf --secrets-dir /etc/vigil/secrets > /etc/vigil/vigil.env
  $ vigil config import watcher.conf --json | jq '.left[] | select(.from | startswith("[watcher_"))'`,
    );
  command.action((paths: string[]) => {
    const { secretsDir, json } = command.opts<{ secretsDir?: string; json?: boolean }>();
    const imported = importWatcher(paths.map((path) => readOsloIni(readText(path))));
    const files =
      secretsDir === undefined ? new Map<string, string>() : writeSecrets(imported, resolve(secretsDir));
    io.stdout.write(json ? asJson(imported, files) : envFile(imported.carried, files, paths.join(", ")));
    if (!json) io.stderr.write(reportOf(imported));
    if (imported.problems.length > 0)
      throw new VigilError(
        "illegal-state",
        imported.problems.map((problem) => `${paths.join(", ")}, ${problem}`).join("\n"),
      );
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new VigilError("not-found", `cannot read ${printable(path)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const isSecret = ({ setting }: Carried) => setting.secret !== undefined;

/** Nothing is overwritten: what lies there may be in use. */
function writeSecrets({ carried }: Imported, folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { setting, value } of carried.filter(isSecret)) {
    const path = join(folder, setting.fileKey);
    try {
      mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
      writeFileSync(path, `${value}\n`, { mode: SECRET_MODE, flag: "wx" });
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
      if (!isThere || readText(path) !== `${value}\n`) throw notWritten(path, isThere, error as Error);
    }
    files.set(setting.env, path);
  }
  return files;
}

function notWritten(path: string, isThere: boolean, cause: Error): VigilError {
  return isThere
    ? new VigilError(
        "conflict",
        `${path} is there already, with another content; move it away, or name another folder`,
        { cause },
      )
    : new VigilError(
        "illegal-state",
        `cannot write ${path}: ${cause.message}; name another folder by --secrets-dir`,
        { cause },
      );
}

function asJson({ carried, left, unknown, problems }: Imported, files: ReadonlyMap<string, string>): string {
  const settings = carried.map((one) => ({
    env: one.setting.env,
    value: isSecret(one) ? null : one.value,
    file: files.get(one.setting.env) ?? null,
    from: one.from,
  }));
  return jsonLine({ settings, left, unknown, problems });
}

function reportOf({ carried, left, unknown }: Imported): string {
  const width = Math.max(0, ...left.map(({ from }) => from.length));
  const lines = left.map(({ from, reason }) => `  ${printable(from.padEnd(width))}  ${printable(reason)}\n`);
  const strange = unknown.map((name) => `  ${printable(name)}\n`);
  return [
    `${plural(carried.length, "option")} taken over.\n`,
    ...(left.length === 0 ? [] : [`\n${plural(left.length, "option")} without a counterpart:\n`, ...lines]),
    ...(unknown.length === 0
      ? []
      : [`\n${plural(unknown.length, "option")} that Watcher does not have:\n`, ...strange]),
  ].join("");
}
