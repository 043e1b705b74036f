import { readFileSync } from "node:fs";
import { VigilError } from "@vigil/core";
import type { Setting } from "./settings.ts";

/** Largest file of a secret, bytes: the longest is a credentials file of NATS, some 1 KiB. */
const BYTES_MAX = 64 * 1024;

/** Name of the variable that names a file with the value of a secret setting. */
export function fileVariableOf(setting: Setting): string {
  return `${setting.env}_FILE`;
}

/**
 * A secret from the file that the environment names for it, as service managers and orchestrators hand them over:
 * unlike the environment, a file is not inherited by child processes and shows in no process list.
 * @returns undefined when the environment names none
 * @throws VigilError invalid-input: the file can't be read, is empty or too large, or the value is given directly as
 *   well. The message never has the value.
 */
export function readSecretFile(setting: Setting, env: NodeJS.ProcessEnv): string | undefined {
  const variable = fileVariableOf(setting);
  const path = env[variable];
  if (!path) return undefined;
  if (env[setting.env]) {
    throw new VigilError(
      "invalid-input",
      `env ${setting.env} and env ${variable} are both set; keep the one that is meant`,
    );
  }
  // A file ends with a newline as a matter of habit; no secret does.
  const value = textOf(path, variable).replace(/[\r\n]+$/, "");
  if (value === "") throw new VigilError("invalid-input", `env ${variable}: ${path} is empty`);
  return value;
}

function textOf(path: string, variable: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const text = `env ${variable}: cannot read ${path}: ${(error as Error).message}; correct the path or its permissions`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
  if (bytes.length <= BYTES_MAX) return bytes.toString("utf8");
  throw new VigilError(
    "invalid-input",
    `env ${variable}: ${path} has ${bytes.length} bytes, at most ${BYTES_MAX} are a secret`,
  );
}
