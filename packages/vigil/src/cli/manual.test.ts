/** docs/cli.md against the commands that there are. */

import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../config/settings.ts";
import { buildProgram } from "./program.ts";

const PAGE = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");
/** Said once, for all of them. */
const COMMON = ["--help", "--json", "--limit", "--config"];

function leaves(command: Command, path: string): [string, Command][] {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`));
}

const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
const commands = leaves(buildProgram({ env: {}, ...streams }), "vigil");
const sections = new Map(
  PAGE.split(/^### /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text]),
);

test("every command has its section, and every section its command", () => {
  expect([...sections.keys()].sort()).toEqual(commands.map(([path]) => path).sort());
});

describe("options", () => {
  const settings = SETTINGS.flatMap(({ flag }) => flag ?? []);
  test.each(commands)(
    "%s: each that is no setting stands in its section or its help's examples",
    (path, command) => {
      const own = command.options
        .flatMap(({ long }) => long ?? [])
        .filter((long) => !settings.includes(long) && !COMMON.includes(long));
      const shown = `${sections.get(path)}`;
      // Those of `strategy run` have a page of their own.
      if (path.startsWith("vigil strategy")) return;
      for (const option of own) expect(shown).toContain(option);
    },
  );
});
