/** The program as an operator has it, logged in at the Keystone double. */

import { execFile } from "node:child_process";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { bareEnv } from "@vigil/testkit";
import { runProgram } from "../../packages/vigil/src/cli/program.ts";
import type { RoleProcess } from "./role-process.ts";
import type { System } from "./system.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/vigil/bin/vigil.js", import.meta.url));

export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs one command as a process against the API and waits for its end. */
export function runVigil(system: System, api: RoleProcess, ...args: string[]): Promise<Ended> {
  const env = environmentOf(system, api);
  return new Promise((resolve) =>
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

/** The same in this process: a process for each of many commands would cost more than what they test. */
export function callVigil(system: System, api: RoleProcess, ...args: string[]): Promise<Ended> {
  return callProgram(environmentOf(system, api), ...args);
}

/** One command in this process, with just this environment. */
export async function callProgram(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([text(stdout), text(stderr)]);
  const status = await runProgram(args, { env, stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { status, stdout: out, stderr: err };
}

function environmentOf(system: System, api: RoleProcess): NodeJS.ProcessEnv {
  const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } =
    system.environment() as NodeJS.ProcessEnv;
  return {
    ...bareEnv(),
    VIGIL_API_URL: api.healthUrl,
    OS_AUTH_URL,
    OS_USERNAME,
    OS_PASSWORD,
    OS_PROJECT_NAME,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  };
}
