import { readFileSync } from "node:fs";
import { pino } from "pino";
import { escapeLine } from "./escape-line.ts";
import { redactLine } from "./redact.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `(message)` or `(fields, message)`; an error goes into the field `err`. */
export interface LogMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

/** What roles log with. Ids of what a line is about are bindings: `child({ audit, event, run })`. */
export interface Logger {
  trace: LogMethod;
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  fatal: LogMethod;
  child(bindings: Record<string, unknown>): Logger;
}

export interface LoggerOptions {
  /** Role, or the program's command, that writes. */
  role: string;
  level: LogLevel;
  /** Default: the release these packages belong to. */
  version?: string;
  /** Where lines go. Default: standard error. */
  destination?: { write(line: string): void };
}

/**
 * A logger that writes one JSON object per line to standard error: `time` (RFC 3339 UTC), `level` (word),
 * `role`, `version`, `msg`, then the fields. Standard output stays free for what commands print. Writing is
 * synchronous, so that the last lines before a crash are there; roles log per run, not per request.
 */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { role: options.role, version: options.version ?? ownVersion() },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: (line) => escapeLine(redactLine(line)) },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  );
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}
