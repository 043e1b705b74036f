/** Errors of the tRPC border: one mapping from kinds to codes, one shape for clients. */

import { TRPCError } from "@trpc/server";
import { type ErrorKind, VigilError } from "@vigil/core";
import { ZodError } from "zod";

/** What a client learns of a bug; the log has the rest. */
const INTERNAL_TEXT = "Internal error in the API. Its log has the cause.";

/** Issues of a refused input that an error carries. */
const ISSUES_MAX = 20;

/** The one table of kinds and codes. */
export function codeOfKind(kind: ErrorKind): TRPCError["code"] {
  switch (kind) {
    case "invalid-input":
      return "BAD_REQUEST";
    case "unauthenticated":
      return "UNAUTHORIZED";
    case "forbidden":
      return "FORBIDDEN";
    case "not-found":
      return "NOT_FOUND";
    case "conflict":
      return "CONFLICT";
    case "illegal-state":
      return "PRECONDITION_FAILED";
    case "overloaded":
      return "TOO_MANY_REQUESTS";
    case "unavailable":
      return "SERVICE_UNAVAILABLE";
    case "deadline":
      return "GATEWAY_TIMEOUT";
    case "internal":
      return "INTERNAL_SERVER_ERROR";
  }
}

/** Whatever was thrown, as an error that tRPC sends; a TRPCError with a VigilError inside is taken by that. */
export function toTrpcError(thrown: unknown): TRPCError {
  if (thrown instanceof TRPCError && !(thrown.cause instanceof VigilError)) return thrown;
  const cause = VigilError.from(thrown instanceof TRPCError ? thrown.cause : thrown);
  return new TRPCError({ code: codeOfKind(cause.kind), message: cause.message, cause });
}

/** One refused member of an input. */
export interface InputIssue {
  path: (string | number)[];
  message: string;
}

/** What errors carry beside tRPC's own members. */
export interface ErrorExtras {
  kind: ErrorKind;
  details?: Record<string, unknown>;
  issues?: InputIssue[];
}

/** What a client is told beside the text. Details of a bug stay in the log. */
export function errorExtras(error: TRPCError): ErrorExtras {
  const { cause } = error;
  if (cause instanceof VigilError) {
    const details = cause.kind === "internal" ? undefined : cause.details;
    return { kind: cause.kind, ...(details && { details }) };
  }
  if (cause instanceof ZodError && error.code === "BAD_REQUEST") {
    return { kind: "invalid-input", issues: cause.issues.slice(0, ISSUES_MAX).map(inputIssue) };
  }
  return { kind: kindOfCode(error.code) };
}

/** A text for people: tRPC's own for a refused input is the issues as JSON. */
export function errorText(error: TRPCError): string {
  const extras = errorExtras(error);
  if (extras.kind === "internal") return INTERNAL_TEXT;
  const [issue] = extras.issues ?? [];
  if (issue === undefined) return error.message;
  const where = issue.path.length === 0 ? "the input" : issue.path.join(".");
  return `Invalid input: ${where}: ${issue.message}`;
}

function inputIssue(issue: ZodError["issues"][number]): InputIssue {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  return { path, message: issue.message };
}

/** Kind of an error that tRPC itself made. */
function kindOfCode(code: TRPCError["code"]): ErrorKind {
  switch (code) {
    case "NOT_FOUND":
      return "not-found";
    case "UNAUTHORIZED":
      return "unauthenticated";
    case "FORBIDDEN":
      return "forbidden";
    case "INTERNAL_SERVER_ERROR":
      return "internal";
    default:
      // Methods, media types, broken JSON, batches and bodies that are too large.
      return "invalid-input";
  }
}
