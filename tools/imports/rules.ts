/**
 * Which package may import which: the table of docs/architecture.md as data. The check fails when the two
 * differ, so a new arrow is a change to the architecture page as well.
 */

/** `types`: only by `import type`, so that no code of it is loaded. */
export interface Arrows {
  code: readonly string[];
  types: readonly string[];
}

function mayImport(...code: string[]): Arrows {
  return { code, types: [] };
}

export const ARROWS: Readonly<Record<string, Arrows>> = {
  core: mayImport(),
  tracing: mayImport("core"),
  proto: mayImport("core", "tracing"),
  bus: mayImport("core", "tracing"),
  service: mayImport("core"),
  openstack: mayImport("core"),
  collectors: mayImport("core"),
  embedded: mayImport("core"),
  http: mayImport("core", "openstack"),
  edge: mayImport("core", "tracing", "bus", "http", "service"),
  worker: mayImport("core", "tracing", "proto", "bus", "service"),
  applier: mayImport("core", "tracing", "proto", "bus", "service"),
  state: mayImport("core", "tracing", "proto", "bus", "service"),
  api: mayImport("core", "proto", "bus", "http", "collectors", "service"),
  client: { code: [], types: ["api"] },
  testkit: mayImport("core", "openstack", "embedded"),
  vigil: mayImport(
    ...["core", "tracing", "proto", "bus", "service", "openstack", "collectors", "embedded"],
    ...["http", "edge", "worker", "applier", "state", "api", "client"],
  ),
};

/** What tests may import besides what their package may. */
export const TEST_ARROWS: readonly string[] = ["testkit", "embedded"];

/** Packages without I/O, clock, randomness and logger: everything they need is an argument. */
export const PURE_PACKAGES: readonly string[] = ["core"];

/** Names that pure code must not use. `Date.now`, `new Date()` and `Math.random` are found apart. */
export const IMPURE_GLOBALS: readonly string[] = [
  "process",
  "performance",
  "console",
  "crypto",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "globalThis",
  "require",
];

/** Tests, and what only tests import: helpers in a folder `testing`. */
export function isTestFile(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}
