import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * unit: pure logic beside the code, no servers. integration: tests beside the code that need a real
 * NATS or PostgreSQL (`*.it.test.ts`). path: whole paths through separate processes under test/.
 */
const SEEDED = {
  alias: [
    { find: /^fast-check$/, replacement: join(import.meta.dirname, "tools/testing/seeded-fast-check.ts") },
  ],
};

export default defineConfig({
  test: {
    // Three files at a time, of whatever project: those with servers and systems of their own mostly wait. On two cores
    // that takes a quarter less than two at a time.
    maxWorkers: 3,
    projects: [
      {
        resolve: SEEDED,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: ["packages/*/src/**/*.it.test.ts"],
          pool: "threads",
          // A pure test that takes long tells of a busy machine, not of a fault; speed has its benchmarks.
          testTimeout: 30_000,
          // Pure tests leave nothing behind, and a worker for each file costs half of all their time.
          isolate: false,
        },
      },
      {
        resolve: SEEDED,
        test: {
          name: "integration",
          include: ["packages/*/src/**/*.it.test.ts"],
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: SEEDED,
        test: {
          name: "path",
          include: ["test/**/*.test.ts"],
          pool: "forks",
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
