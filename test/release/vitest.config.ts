import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `make test-release`: builds two releases of the commit, installs what came out and removes it. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.release.ts"],
    globalSetup: ["first-build.ts"],
    reporters: ["verbose"],
    pool: "forks",
    fileParallelism: false,
    // npm and the registry take their time, and so does a busy machine.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
