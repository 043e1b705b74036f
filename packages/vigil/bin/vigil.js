#!/usr/bin/env node
// Runs Vigil under the Node.js release that the project brings. npx and npm scripts find that one by
// themselves (node_modules/.bin is first on their PATH); a shell that calls this file by its path finds the
// machine's Node, which may be too old to run TypeScript. Plain JavaScript, so that an old Node can read it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";

const NODE_MAJOR_MIN = 24;
/** How soon the end of an npx is noticed, ms. */
const PARENT_POLL_MS = 500;

// npx and npm end at a SIGTERM without passing it on; Vigil would go on, orphaned. So their end is taken for one.
if (process.env.npm_execpath !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, PARENT_POLL_MS);
  watch.unref();
}

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  await import("../src/main.ts");
} else {
  runUnderOwnNode();
}

function runUnderOwnNode() {
  const own = findOwnNode();
  if (own === undefined) {
    process.stderr.write(
      `error: Vigil needs Node.js ${NODE_MAJOR_MIN} or later; this is ${process.version}, and the one that comes with Vigil is not installed. Run npm ci without --omit=optional.\n`,
    );
    process.exit(1);
  }
  const child = spawn(own, process.argv.slice(1), { stdio: "inherit" });
  // A terminal's Ctrl-C reaches both processes; Vigil takes the two signals for one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`error: cannot run ${own}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function findOwnNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    return undefined;
  }
}
