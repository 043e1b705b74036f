import type { ErrorKind, VigilError } from "@vigil/core";
import { HttpFault } from "./fault.ts";

/** Kind of error to HTTP status: the one place. illegal-state is 400, as Watcher answers it. */
const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  "invalid-input": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "illegal-state": 400,
  overloaded: 429,
  unavailable: 503,
  deadline: 504,
  internal: 500,
};

export function httpStatusOf(error: VigilError): number {
  return error instanceof HttpFault ? error.status : STATUS_OF_KIND[error.kind];
}
