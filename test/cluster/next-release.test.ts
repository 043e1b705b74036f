/** The release that `make test-cluster` upgrades to is made of the sources by patterns, which the sources must go on to match. */

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { makeNext, NEXT_VERSION } from "./next-release.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CHANGED = /(\.proto|package\.json|envelope\.ts|client\.ts)$/;

it("another release can be made of this one", () => {
  const dir = mkdtempSync(join(tmpdir(), "vigil-next-"));
  try {
    for (const part of ["packages", "proto"])
      cpSync(join(ROOT, part), join(dir, part), {
        recursive: true,
        filter: (path) => !/\.\w+$/.test(path) || CHANGED.test(path),
      });
    makeNext(dir);
    expect(readFileSync(join(dir, "packages/bus/src/envelope.ts"), "utf8")).toContain(
      `added: "${NEXT_VERSION}"`,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
