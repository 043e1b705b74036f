/** The program as an operator has it, logged in at the Keystone double. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RoleProcess } from "./role-process.ts";
import type { System } from "./system.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/vigil/bin/vigil.js", import.meta.url));

export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs one command against the API and waits for its end. */
export function runVigil(system: System, api: RoleProcess, ...args: string[]): Promise<Ended> {
  const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } =
    system.environment() as NodeJS.ProcessEnv;
  const account = { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME };
  const domains = { OS_USER_DOMAIN_NAME: "Default", OS_PROJECT_DOMAIN_NAME: "Default" };
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    VIGIL_API_URL: api.healthUrl,
    ...account,
    ...domains,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}
