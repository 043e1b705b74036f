/** Makes the tree of a release another one, which says more on the wire. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const NEXT_VERSION = "0.2.0";

/** Each event's envelope and each request over gRPC gets one more member. @throws Error when the tree has changed too much */
export function makeNext(dir: string): void {
  for (const name of readdirSync(join(dir, "packages")))
    patch(join(dir, "packages", name, "package.json"), /"version": "[^"]*"/, `"version": "${NEXT_VERSION}"`);
  patch(
    join(dir, "packages/bus/src/envelope.ts"),
    /(function asciiJson\(value: unknown\): string \{\s+return JSON\.stringify\()value\)/,
    `$1{ ...(value as object), added: "${NEXT_VERSION}" })`,
  );
  for (const file of readdirSync(join(dir, "proto/vigil/v1")))
    patch(join(dir, "proto/vigil/v1", file), /^(message \w+Request \{)/gm, "$1\n  string added = 1000;");
  patch(
    join(dir, "packages/proto/src/client.ts"),
    /( +method\.responseDeserialize,\n +)request,/,
    `$1{ ...request, added: "${NEXT_VERSION}" },`,
  );
}

function patch(file: string, text: RegExp, by: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(text, by);
  if (after === before)
    throw new Error(
      `${file} has no ${text}: no other release can be made of it; mend test/cluster/next-release.ts`,
    );
  writeFileSync(file, after);
}
