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

/** Builds the files that all tests look at. */
export default function setup(project: TestProject): () => void {
  const dist = build({}, "022");
  project.provide("dist", dist);
  return () => rmSync(dirname(dirname(dist)), { recursive: true });
}
