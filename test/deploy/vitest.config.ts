import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `make test-deploy`: not part of `make test`, since it needs root, Debian's packages, and minutes. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.deploy.ts"],
    globalSetup: ["install.ts"],
    pool: "forks",
    // Minutes pass: what is under way is to be seen.
    reporters: ["verbose"],
    fileParallelism: false,
    testTimeout: 240_000,
    // A release is built first.
    hookTimeout: 600_000,
  },
});
