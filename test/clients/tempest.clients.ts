/**
 * The tests of Watcher's own Tempest plugin against Vigil. They run while this file is read, since their
 * names are not known before; each is then reported here as a test.
 */

import { describe, it } from "vitest";
import { startInstallation } from "./installation.ts";
import { runTempest, type TempestResult } from "./tempest.ts";

/** Folder of the plugin's tests, and what it is. */
const SUITES = [
  ["api", "API tests of watcher-tempest-plugin"],
  ["client_functional", "functional tests of python-watcherclient (openstack optimize)"],
] as const;

async function resultsOf(suite: string): Promise<{ results: TempestResult[]; log: string }> {
  const installation = await startInstallation();
  try {
    return { results: await runTempest(installation, suite), log: installation.log };
  } finally {
    await installation.stop();
  }
}

for (const [suite, title] of SUITES) {
  const { results, log } = await resultsOf(suite);
  const passed = results.filter(({ status }) => status === "success").length;
  process.stdout.write(`${title}: ${passed} of ${results.length} passed\n`);
  for (const { name, status, details } of results) {
    if (status === "success") continue;
    process.stdout.write(`  ${status} ${name}\n    ${details.trim().split("\n").slice(-2).join("\n    ")}\n`);
  }
  describe(title, () => {
    for (const { name, status, details } of results) {
      it(name, (context) => {
        if (status === "skip") context.skip(details);
        if (status !== "success") throw new Error(`${details}\nEnd of Vigil's log:\n${log.slice(-4_000)}`);
      });
    }
  });
}
