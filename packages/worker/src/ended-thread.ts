/** Failures that cut computing off: its thread, or its process, is gone. State has such a run computed alone. */

import { type ErrorKind, VigilError } from "@vigil/core";

/** In the details, which travel from a process of its own as data. */
const MARK = "endedThread";

export function endedThread(kind: ErrorKind, message: string, cause?: unknown): VigilError {
  return new VigilError(kind, message, { cause, details: { [MARK]: true } });
}

export function isEndedThread(thrown: unknown): boolean {
  return thrown instanceof VigilError && thrown.details?.[MARK] === true;
}
