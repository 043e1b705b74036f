import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process whose `stop` runs `body`; resolves when it has said "up". */
async function start(body: string, graceMs = 10_000) {
  const index = JSON.stringify(new URL("./index.ts", import.meta.url).href);
  const script = `
    const { createLogger, onStopSignals } = await import(${index});
    const work = setInterval(() => {}, 1000);
    const logger = createLogger({ role: "test", level: "info", destination: { write: (l) => process.stdout.write(l) } });
    onStopSignals({ logger, graceMs: ${graceMs}, stop: async () => { ${body} } });
    process.stdout.write("up\\n");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  children.push(child);
  const seen = { output: "" };
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen.output += text;
      if (seen.output.includes("up\n")) resolve();
    });
  });
  return { child, seen };
}

test("the first signal stops gracefully and the process exits with 0", async () => {
  const { child, seen } = await start("clearInterval(work)");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(seen.output).toContain('"msg":"stopped"');
});

test("what still holds the process is named and cut off", async () => {
  const { child, seen } = await start("");
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(seen.output).toContain("something holds the process");
});

test("the grace limit ends a stop that hangs", async () => {
  const { child, seen } = await start("await new Promise(() => {})", 50);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(seen.output).toContain("grace limit");
});

test("a second signal ends it at once, an echo of the first does not", async () => {
  const { child, seen } = await start('process.stdout.write("draining\\n"); await new Promise(() => {})');
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await once(child.stdout, "data");
  // Repeated until one is late enough to count as a second one.
  const again = setInterval(() => child.kill("SIGTERM"), 50);
  expect(await once(child, "exit")).toEqual([143, null]);
  clearInterval(again);
  expect(seen.output).toContain("draining");
});

test("a stop that fails is reported", async () => {
  const { child, seen } = await start('clearInterval(work); throw new Error("disk full")');
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(seen.output).toContain("disk full");
});
