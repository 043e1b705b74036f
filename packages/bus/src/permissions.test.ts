import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ACCOUNTS, permissionsConfig, permissionsOf } from "./permissions.ts";

test("deploy/nats has the permissions of this release (node tools/nats-permissions.ts)", () => {
  const written = readFileSync(new URL("../../../deploy/nats/permissions.conf", import.meta.url), "utf8");
  expect(written).toContain(permissionsConfig());
});

test("nobody may delete a stream, and only state may make or change one", () => {
  for (const role of ACCOUNTS) {
    const { publish, subscribe } = permissionsOf(role);
    expect([...publish, ...subscribe]).not.toContain(">");
    for (const subject of publish) {
      expect(subject).not.toMatch(/STREAM\.DELETE|^\$JS\.API\.>|^\$JS\.>|^\$SYS/);
      if (role !== "state") expect(subject).not.toMatch(/STREAM\.(CREATE|UPDATE)/);
    }
  }
});
