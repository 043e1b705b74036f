/**
 * The one error class of Vigil, and its closed list of kinds.
 *
 * Each border maps kinds once: gRPC in `proto`, HTTP in `http`, JetStream in `bus`, tRPC in `api`.
 * Messages name what was seen, what was wanted, and what to do next.
 */

export const ERROR_KINDS = [
  "invalid-input",
  "unauthenticated",
  "forbidden",
  "not-found",
  "conflict",
  "illegal-state",
  "overloaded",
  "unavailable",
  "deadline",
  "internal",
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** An error as data: what crosses a thread or a wire and is rebuilt on the other side. */
export interface ErrorData {
  kind: ErrorKind;
  message: string;
  /** Plain JSON; never secrets. */
  details?: Record<string, unknown>;
}

export class VigilError extends Error {
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    kind: ErrorKind,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "VigilError";
    this.kind = kind;
    this.details = options.details;
  }

  toData(): ErrorData {
    return { kind: this.kind, message: this.message, ...(this.details ? { details: this.details } : {}) };
  }

  static fromData(data: ErrorData): VigilError {
    return new VigilError(data.kind, data.message, data.details ? { details: data.details } : {});
  }

  /** Anything thrown as a VigilError; what is not one is a bug and becomes `internal`. */
  static from(thrown: unknown): VigilError {
    if (thrown instanceof VigilError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new VigilError("internal", message, { cause: thrown });
  }
}

export function isErrorKind(text: string): text is ErrorKind {
  return (ERROR_KINDS as readonly string[]).includes(text);
}
