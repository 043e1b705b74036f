import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { TestProject } from "vitest/node";
import { build } from "./built.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the files of the first build. */
    dist: string;
  }
}

/** Builds the files that all tests look at; VIGIL_TEST_DIST names a folder of files that are to be tried instead. */
export default function setup(project: TestProject): () => void {
  const given = process.env.VIGIL_TEST_DIST;
  if (given) {
    project.provide("dist", given);
    return () => undefined;
  }
  const dist = build({}, "022");
  project.provide("dist", dist);
  return () => rmSync(dirname(dirname(dist)), { recursive: true });
}
