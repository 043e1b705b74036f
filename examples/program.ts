/** What the programs in this folder share: who to be, errors in words, exit status. */

import { type ParseArgsConfig, parseArgs } from "node:util";
import { createVigilClient, isVigilError, type VigilClient } from "@vigil/client";

/** Options of every program, for `parseArgs`. */
export const COMMON_OPTIONS = {
  url: { type: "string" },
  roles: { type: "string" },
  goal: { type: "string", default: "dummy" },
  strategy: { type: "string" },
  parameter: { type: "string", multiple: true },
  help: { type: "boolean", default: false },
} as const;

/** What `--help` says of them. */
export const COMMON_USAGE = `\
  --url URL          where Vigil's API listens     (default: VIGIL_API_URL or http://127.0.0.1:9322)
  --roles ROLES      who to be at a server started with VIGIL_AUTH=none
  --goal GOAL        goal of the audit             (default: dummy)
  --strategy NAME    its strategy                  (default: the goal's own)
  --parameter K=V    parameter of the strategy, V as JSON or plain text; may be repeated; needs --strategy`;

/** Wrong usage: the text says what was seen and what was wanted. */
export class UsageError extends Error {}

/**
 * Runs a program to its end and sets the exit status: 0 done, 1 failed (the reason is on standard error),
 * 2 wrong usage.
 */
export async function runProgram(name: string, usage: string, main: () => Promise<void>): Promise<void> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    await main();
  } catch (error) {
    const wrongUsage = error instanceof UsageError;
    process.stderr.write(wrongUsage ? `${error.message}\n\n${usage}` : `${name}: ${explain(error)}\n`);
    process.exitCode = wrongUsage ? 2 : 1;
  }
}

/** @throws UsageError for arguments that the program does not take */
export function readArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(options: Options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The client for `--url` and `--roles`; without roles, with the Keystone token of OS_TOKEN. */
export function connect({
  url,
  roles,
}: {
  url?: string | undefined;
  roles?: string | undefined;
}): VigilClient {
  const token = process.env.OS_TOKEN;
  return createVigilClient({
    url: url ?? process.env.VIGIL_API_URL ?? "http://127.0.0.1:9322",
    ...(roles !== undefined ? { identityHeaders: { "x-roles": roles } } : token !== undefined && { token }),
  });
}

/**
 * Values of `--parameter`.
 *
 * @throws UsageError for one without a name
 */
export function readParameters(texts: readonly string[] = []): Record<string, unknown> {
  return Object.fromEntries(texts.map(readParameter));
}

function readParameter(text: string): [string, unknown] {
  const mark = text.indexOf("=");
  if (mark <= 0) throw new UsageError(`--parameter is "${text}"; wanted NAME=VALUE`);
  const value = text.slice(mark + 1);
  try {
    return [text.slice(0, mark), JSON.parse(value)];
  } catch {
    return [text.slice(0, mark), value];
  }
}

/**
 * `--timeout`, as ms.
 *
 * @throws UsageError for anything but a number of seconds above 0
 */
export function readTimeoutMs(text: string): number {
  const timeoutMs = Number(text) * 1000;
  if (!(timeoutMs > 0)) throw new UsageError(`--timeout is "${text}"; wanted a number of seconds`);
  return timeoutMs;
}

function explain(error: unknown): string {
  if (!isVigilError(error)) return error instanceof Error ? error.message : String(error);
  switch (error.data?.kind) {
    case undefined:
      return `no answer from Vigil: ${error.message}; check --url`;
    case "unauthenticated":
      return "Vigil wants a valid Keystone token: set OS_TOKEN";
    case "forbidden":
      return `${error.message} Use a token with the role admin, or --roles admin where VIGIL_AUTH=none.`;
    default:
      return error.message;
  }
}
