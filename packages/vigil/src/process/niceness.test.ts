import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { nicenessOf } from "./niceness.ts";

const MODULE = new URL("./niceness.ts", import.meta.url).href;

/** Niceness of every thread of a process that was set back so far. */
function nicenessAfter(niceness: number): number[] {
  const program = `
    import { readdirSync } from "node:fs";
    import { getPriority } from "node:os";
    import { standBack } from ${JSON.stringify(MODULE)};
    standBack(${niceness}, { warn: (...said) => process.stderr.write(JSON.stringify(said)) });
    const threads = readdirSync("/proc/self/task").map(Number);
    process.stdout.write(JSON.stringify(threads.map((thread) => getPriority(thread))));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }),
  );
}

it("a process goes as early as the first of its roles", () => {
  expect(nicenessOf(["worker"])).toBeGreaterThan(nicenessOf(["state"]));
  expect(nicenessOf(["state", "edge", "worker"])).toBe(nicenessOf(["edge"]));
});

it.runIf(process.platform === "linux")("all its threads stand back", () => {
  const threads = nicenessAfter(12);
  expect(threads.length).toBeGreaterThan(1);
  expect(new Set(threads)).toEqual(new Set([12]));
});
