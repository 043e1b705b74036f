import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `make test-cluster`: not part of `make test`, since it needs root, and minutes. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.cluster.ts"],
    globalSetup: ["needs.ts"],
    pool: "forks",
    // Minutes pass: what is under way is to be seen.
    reporters: ["verbose"],
    // All of them have the same hosts.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
});
