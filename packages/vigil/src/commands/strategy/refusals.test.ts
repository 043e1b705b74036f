/** What the commands refuse: the message says what was seen, and what to do. */
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { runProgram } from "../../cli/program.ts";

const CLUSTER = join(import.meta.dirname, "../../../../../test/data/bench/cluster-10-100.json");
const ON = ["--cluster", CLUSTER];

async function vigil(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await runProgram(["strategy", ...args], { env: {}, stdout, stderr });
  stdout.end();
  stderr.end();
  return { status, stdout: await text(stdout), stderr: await text(stderr) };
}

test.each<[string[], number, RegExp]>([
  [["run", "--cluster", "none.json", "--strategy", "dummy"], 3, /cannot read none\.json: ENOENT/],
  [
    ["run", "--cluster", import.meta.filename, "--strategy", "dummy"],
    2,
    /neither cluster JSON nor scenario XML/,
  ],
  [["run", "--strategy", "dummy"], 2, /required option '--cluster <file>'/],
  [["run", ...ON], 2, /neither --strategy nor --goal.*vigil strategy list/],
  [["run", ...ON, "--strategy", "dumy"], 3, /no strategy dumy; did you mean dummy\?/],
  [["run", ...ON, "--goal", "x"], 3, /no goal x; `vigil strategy list`/],
  [["run", ...ON, "--strategy", "dummy", "--parameters", "{a"], 2, /--parameters is \{a; JSON or @file/],
  [["run", ...ON, "--strategy", "dummy", "--parameters", "@none"], 3, /cannot read none/],
  [["run", ...ON, "--strategy", "dummy", "--options", "[]"], 2, /--options is \[\]; a JSON object/],
  [["run", ...ON, "--strategy", "dummy", "--scope", "{}"], 2, /--scope is \{\}; a JSON list/],
  [["run", ...ON, "--strategy", "dummy", "--parameters", '{"para1": 0}'], 2, /para1: 0 must be >= 1/],
  [["run", ...ON, "--strategy", "dummy", "--seed", "x"], 2, /whole number from 0 to 4294967295/],
  [["run", ...ON, "--strategy", "dummy", "--audit-type", "X"], 2, /ONESHOT, CONTINUOUS, EVENT/],
  [["run", ...ON, "--strategy", "dummy", "--out", "/no/such/folder/x"], 2, /cannot write \/no\/such/],
  [["check", "--cases", CLUSTER, "--data", "none"], 3, /none is no folder; --data names/],
  [
    ["check", "--cases", CLUSTER, "--data", import.meta.dirname],
    2,
    /the file of cases is .*, an array is wanted/,
  ],
  [["show", "nope"], 3, /no strategy nope; `vigil strategy list`/],
  [["show", "basik"], 3, /no strategy basik; did you mean basic\?/],
  [
    ["run", ...ON, "--strategy", "basic", "--goal", "dummy"],
    2,
    /--strategy basic serves goal server_consolidation, and --goal is dummy; leave --goal out/,
  ],
])("vigil strategy %j", async (args, status, message) => {
  const seen = await vigil(...args);
  expect(seen).toMatchObject({ status, stdout: "" });
  expect(seen.stderr).toMatch(message);
});
