/** `vigil verify`, as an operator runs it. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bareEnv } from "@vigil/testkit";
import type { System } from "../harness/system.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/vigil/bin/vigil.js", import.meta.url));
const VERIFY_MS_MAX = 120_000;

export interface Verified {
  status: number | string;
  output: string;
}

export function vigilVerify(system: System, apiUrl: string): Promise<Verified> {
  const env = { ...bareEnv(), ...system.environment(), VIGIL_API_URL: apiUrl };
  return new Promise((resolve) => {
    const options = { env, timeout: VERIFY_MS_MAX };
    execFile(process.execPath, [PROGRAM, "verify"], options, (error, stdout, stderr) =>
      resolve({
        status: error === null ? 0 : (error.code ?? String(error.signal)),
        output: `${stdout}${stderr}`,
      }),
    );
  });
}
