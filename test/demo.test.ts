/** `make demo EXIT=1`, as somebody who looks at Vigil for the first time runs it. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const DEMO = fileURLToPath(new URL("../tools/demo.ts", import.meta.url));

it("shows how one recorded alarm becomes one action plan, whatever the shell has set", async () => {
  const env = {
    ...process.env,
    VIGIL_AUTH: "none",
    VIGIL_NO_SUCH_SETTING: "1",
    DATABASE_URL: "postgresql://nowhere/x",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO, "--exit"], { env });
  expect(stdout).toMatch(/strategy workload_balance/);
  expect(stdout).toMatch(/^ +1 +migrate +\S+ from compute-03 to compute-0\d \(live\)/m);
  expect(stdout).toMatch(/plan readable [\d.]+ ms after the POST/);
  expect(stdout).toMatch(
    /curl -s -w .* -H "X-Auth-Token: \$TOKEN" http:\/\/127\.0\.0\.1:\d+\/v1\/action_plans\//,
  );
});
