import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `make test-clients`: not part of `make test`, since it needs OpenStack's clients on the machine. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.clients.ts"],
    globalSetup: ["install.ts"],
    pool: "forks",
    // Minutes pass: what is under way is to be seen.
    reporters: ["verbose"],
    fileParallelism: false,
    // A command of the client takes seconds to load its plugins, and machines that build are slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
