import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ATTRIBUTE } from "./attributes.ts";

test("docs/tracing.md says of every attribute what it is", () => {
  const manual = readFileSync(new URL("../../../docs/tracing.md", import.meta.url), "utf8");
  const missing = Object.values(ATTRIBUTE).filter((name) => !manual.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
