import { VigilError } from "@vigil/core";

/**
 * What PostgreSQL and its driver throw, as VigilErrors. The only place that reads SQLSTATE codes
 * (PostgreSQL manual, appendix A).
 */

interface DriverError {
  code?: unknown;
  constraint?: unknown;
  message?: unknown;
}

/** Name of the unique constraint that a statement ran into, if that is what the error says. */
export function violatedUnique(thrown: unknown): string | undefined {
  const { code, constraint } = (thrown ?? {}) as DriverError;
  return code === "23505" && typeof constraint === "string" ? constraint : undefined;
}

/** Whether a statement gave up waiting for a row that another transaction holds. */
export function isLockTimeout(thrown: unknown): boolean {
  return ((thrown ?? {}) as DriverError).code === "55P03";
}

/** The error for the caller: a VigilError stays, the database's own become kinds, anything else is a bug. */
export function fromDatabaseError(thrown: unknown): VigilError {
  if (thrown instanceof VigilError) return thrown;
  const { code, message } = (thrown ?? {}) as DriverError;
  const kind = typeof code === "string" ? kindOfCode(code) : kindOfText(String(message));
  const seen = String(message);
  switch (kind) {
    case "unavailable":
      return new VigilError(
        "unavailable",
        `PostgreSQL can't be used now: ${seen}. Try again; see that it runs.`,
        {
          cause: thrown,
        },
      );
    case "deadline":
      return new VigilError("deadline", `PostgreSQL took too long: ${seen}. Try again.`, { cause: thrown });
    case "conflict":
      return new VigilError("conflict", `PostgreSQL undid a transaction for another: ${seen}. Try again.`, {
        cause: thrown,
      });
    case "invalid-input":
      return new VigilError("invalid-input", `PostgreSQL can't store what was given: ${seen}.`, {
        cause: thrown,
      });
    default:
      return VigilError.from(thrown);
  }
}

type Kind = "unavailable" | "deadline" | "conflict" | "invalid-input" | "internal";

function kindOfCode(code: string): Kind {
  // 08: connection; 28 and 3D000: login and database, an operator's matter; 53: out of connections, memory or disk;
  // 57P0x: shutdown and start; 58: files that can't be read or written; 25006: a read-only standby.
  if (/^(08...|28...|3D000|53...|57P..|58...|25006)$/.test(code)) return "unavailable";
  // 57014: statement_timeout; 55P03: lock_timeout; 25P03: idle in a transaction.
  if (code === "57014" || code === "55P03" || code === "25P03") return "deadline";
  // Serialisation failure and deadlock.
  if (code === "40001" || code === "40P01") return "conflict";
  // Characters that text or jsonb can't hold: U+0000, half a surrogate pair.
  if (code === "22P02" || code === "22P05" || code === "22021") return "invalid-input";
  // Codes of the operating system come from the socket, before PostgreSQL said anything.
  return /^(E[A-Z_]+|EAI_.*)$/.test(code) ? "unavailable" : "internal";
}

/** The driver gives no code for these. */
function kindOfText(message: string): Kind {
  if (message === "Query read timeout") return "deadline";
  return /connection terminated|timeout exceeded when trying to connect|is not queryable|cannot use a pool after/i.test(
    message,
  )
    ? "unavailable"
    : "internal";
}
