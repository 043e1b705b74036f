import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `make test-openstack`: not part of `make test`, since it installs a Keystone and an Aodh on the machine. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.openstack.ts"],
    pool: "forks",
    fileParallelism: false,
    // A command of the client takes seconds to load, more on a busy machine; each wait has a shorter deadline of its own.
    testTimeout: 300_000,
    // From nothing the packages are downloaded first.
    hookTimeout: 900_000,
  },
});
