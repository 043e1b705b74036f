import { type ErrorKind, VigilError } from "@vigil/core";
import { CommanderError } from "commander";

/** What the program's exit status says; shown by `vigil --help`. */
export const EXIT_STATUS = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  conflict: 5,
} as const;

export const EXIT_STATUS_HELP = `
Exit status:
  0  done
  1  failed: a service is away, a port is taken, or an error inside
  2  the command line, the configuration or the input is wrong
  3  what was named does not exist
  4  no valid token, or its roles do not suffice
  5  conflict: the data folder is in use by another process, or something changed meanwhile
`;

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  "invalid-input": EXIT_STATUS.usage,
  unauthenticated: EXIT_STATUS.auth,
  forbidden: EXIT_STATUS.auth,
  "not-found": EXIT_STATUS.notFound,
  conflict: EXIT_STATUS.conflict,
  "illegal-state": EXIT_STATUS.failed,
  overloaded: EXIT_STATUS.failed,
  unavailable: EXIT_STATUS.failed,
  deadline: EXIT_STATUS.failed,
  internal: EXIT_STATUS.failed,
};

/** Ends a command with that status when all there is to say has been printed as its result. */
export class CommandEnded extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended with status ${status}`);
    this.status = status;
  }
}

export function exitStatusOf(error: unknown): number {
  if (error instanceof CommandEnded) return error.status;
  // Commander ends --help and --version by an error with status 0, and every mistake with 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_STATUS.ok : EXIT_STATUS.usage;
  return error instanceof VigilError ? STATUS_OF_KIND[error.kind] : EXIT_STATUS.failed;
}
