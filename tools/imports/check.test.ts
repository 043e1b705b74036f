import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkImports } from "./check.ts";
import { findRings } from "./rings.ts";
import { ARROWS, type Arrows } from "./rules.ts";
import { type Package, readWorkspace, type Workspace } from "./workspace.ts";

const TABLE: Record<string, Arrows> = {
  core: { code: [], types: [] },
  bus: { code: ["core"], types: [] },
  client: { code: [], types: ["bus"] },
  testkit: { code: ["core"], types: [] },
  vigil: { code: ["core", "bus", "client"], types: [] },
};

const PAGE = [
  "| `core` | x | (pure: no `node:*`, clock, randomness, logger) |",
  "| `bus` | x | core |",
  "| `client` | x | types of bus only |",
  "| `testkit` | x | core |",
  "| `vigil` | x | all but testkit |",
].join("\n");

function pkg(
  name: string,
  files: Record<string, string>,
  dependencies: string[],
  dev: string[] = [],
): Package {
  return {
    name,
    manifest: { dependencies: new Set(dependencies), devDependencies: new Set(dev) },
    files: Object.entries(files).map(([file, text]) => ({ path: `packages/${name}/src/${file}`, text })),
  };
}

function problemsOf(packages: Package[], architecture = PAGE): string[] {
  const workspace: Workspace = { rootDevDependencies: new Set(["vitest"]), packages, architecture };
  return checkImports(workspace, TABLE);
}

/** Problems of one file of `bus`, whose package.json has core, vigil and nats, and client for development. */
function problemsInBus(text: string, file = "a.ts"): string[] {
  return problemsOf([
    pkg("bus", { [file]: text }, ["@vigil/core", "@vigil/vigil", "nats"], ["@vigil/testkit"]),
  ]);
}

function problemsInCore(text: string, file = "a.ts"): string[] {
  return problemsOf([pkg("core", { [file]: text }, [])]);
}

describe("arrows", () => {
  test("downwards is fine, in every form", () => {
    expect(
      problemsInBus(`
        import { a } from "@vigil/core"; import type { B } from "@vigil/core"; export { c } from "@vigil/core";
        import { connect } from "nats"; import { join } from "node:path"; const d = await import("@vigil/core");
        // import { x } from "@vigil/vigil";
        const text = 'import { x } from "@vigil/vigil"'; type T = import("@vigil/core").T;`),
    ).toEqual([]);
  });

  test.each([
    ['import { x } from "@vigil/vigil";'],
    ['import type { X } from "@vigil/vigil";'],
    ['export { x } from "@vigil/vigil";'],
    ['export * from "@vigil/vigil";'],
    ['const x = await import("@vigil/vigil");'],
    ['type X = import("@vigil/vigil").X;'],
    ['import "@vigil/vigil";'],
  ])("upwards fails: %s", (text) => {
    expect(problemsInBus(`\n${text}`)).toEqual([
      "packages/bus/src/a.ts:2: forbidden arrow to @vigil/vigil; docs/architecture.md has the table",
    ]);
  });

  test("a types-only arrow carries no code", () => {
    const inClient = (text: string) => problemsOf([pkg("client", { "a.ts": text }, [], ["@vigil/bus"])]);
    expect(inClient('import type { Router } from "@vigil/bus";')).toEqual([]);
    expect(inClient('import { type Router } from "@vigil/bus";')).toHaveLength(1);
    expect(
      problemsOf([pkg("client", { "a.ts": 'import { r } from "@vigil/bus";' }, ["@vigil/bus"])])[0],
    ).toMatch(/only types of @vigil\/bus/);
  });

  test("tests may use testkit, production may not", () => {
    const text = 'import { startDouble } from "@vigil/testkit"; import { test } from "vitest";';
    expect(problemsInBus(text, "a.test.ts")).toEqual([]);
    expect(problemsInBus(text)).toHaveLength(2);
  });

  test("a package without a row fails", () => {
    expect(problemsOf([pkg("other", {}, [])])[0]).toMatch(/no row/);
  });
});

describe("rings", () => {
  test("between packages, types included", () => {
    const problems = problemsOf([
      pkg("core", { "a.ts": 'import type { B } from "@vigil/bus";' }, ["@vigil/bus"]),
      pkg("bus", { "b.ts": 'import { a } from "@vigil/core";' }, ["@vigil/core"]),
    ]);
    expect(problems).toContain("ring of packages: core -> bus -> core");
  });

  test("between files of a package, types included", () => {
    const problems = problemsOf([
      pkg(
        "bus",
        {
          "a.ts": 'import { b } from "./b.ts";',
          "b.ts": 'export { c } from "./deep/c.ts";',
          "deep/c.ts": 'import type { A } from "../a.ts";',
        },
        [],
      ),
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^ring of files: packages\/bus\/src\/a\.ts -> .*c\.ts -> packages\/bus\/src\/a\.ts$/,
    );
  });

  test("a diamond is no ring", () => {
    const graph = new Map([
      ["a", new Set(["b", "c"])],
      ["b", new Set(["d"])],
      ["c", new Set(["d"])],
    ]);
    expect(findRings(graph)).toEqual([]);
    expect(findRings(new Map([["a", new Set(["a"])]]))).toEqual([["a"]]);
  });
});

describe("pure packages", () => {
  test.each([
    ['import { readFileSync } from "node:fs";', "node:fs"],
    ['import { join } from "path";', "path"],
    ["const t = Date.now();", "Date.now"],
    ['const t = Date["now"]();', "Date.now"],
    ["const t = new Date();", "new Date()"],
    ["const t = Date();", "Date()"],
    ["const r = Math.random();", "Math.random"],
    ["const { random } = Math; const t = performance.now();", "performance"],
    ["const e = process.env.X;", "process"],
    ["setTimeout(() => {}, 1);", "setTimeout"],
    ["console.log(1);", "console"],
    ["const id = crypto.randomUUID();", "crypto"],
  ])("must not: %s", (text, name) => {
    const problems = problemsInCore(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  test("what only looks so is fine", () => {
    expect(
      problemsInCore(`const d = new Date(0); const p = { process: 1, performance() {} }; p.process; Math.max(1);
        interface A { console: string } class B { crypto = 1; fetch() {} } const s = "Date.now()";`),
    ).toEqual([]);
  });

  test("tests of pure code may do I/O", () => {
    expect(problemsInCore('import { readFileSync } from "node:fs"; Date.now();', "a.test.ts")).toEqual([]);
  });
});

describe("what is imported must be declared", () => {
  test("a package that is not in package.json", () => {
    expect(problemsInBus('import x from "left-pad/lib/a.js"; import y from "@scope/name/sub";')).toEqual([
      "packages/bus/src/a.ts:1: left-pad is not in the dependencies of packages/bus/package.json",
      "packages/bus/src/a.ts:1: @scope/name is not in the dependencies of packages/bus/package.json",
    ]);
  });

  test("a relative import that leaves the package", () => {
    expect(problemsInBus('import { a } from "../../core/src/a.ts";')[0]).toMatch(/leaves the package/);
    expect(problemsInBus('import data from "../package.json";')).toEqual([]);
  });

  test("a helper of tests in production", () => {
    const text = 'import { a } from "./testing/a.ts";';
    expect(problemsInBus(text)[0]).toMatch(/for tests only/);
    expect(problemsInBus(text, "a.test.ts")).toEqual([]);
    expect(
      problemsInBus('import { test } from "vitest"; export { b } from "./b.ts";', "testing/a.ts"),
    ).toEqual([]);
  });

  test("a builtin without node:", () => {
    expect(problemsInBus('import fs from "fs";')[0]).toMatch(/write node:fs/);
  });
});

describe("the page and the data", () => {
  test("must say the same", () => {
    expect(problemsOf([], PAGE)).toEqual([]);
    expect(problemsOf([], PAGE.replace("| core |", "| core, vigil |"))).toHaveLength(1);
    expect(problemsOf([], PAGE.replace(/\n.*testkit.*/, ""))).toHaveLength(1);
    expect(problemsOf([], `${PAGE}\n| \`extra\` | x | core |`)).toHaveLength(1);
  });

  test("of this repository agree", () => {
    const { architecture } = readWorkspace(join(import.meta.dirname, "../.."));
    expect(checkImports({ rootDevDependencies: new Set(), packages: [], architecture }, ARROWS)).toEqual([]);
  });
});
