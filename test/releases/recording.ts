/** What `make record` keeps of a release, a folder for each: its messages, calls and rows as that release wrote them. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One NATS message. */
export interface RecordedMessage {
  /** Stream that it lay in when the recording ended; empty: it was only seen passing by. */
  stream: string;
  subject: string;
  /** Values by name. */
  headers: Record<string, string[]>;
  /** Base64. */
  body: string;
}

/** One gRPC call to state. */
export interface RecordedCall {
  /** /package.Service/Method */
  path: string;
  /** Base64 of the bytes. */
  request: string;
  response: string;
  /** Number of the gRPC status. */
  code: number;
  /** What that release read in them, by its own contract; 64-bit integers are text, bytes base64. */
  requestRead: unknown;
  responseRead: unknown;
}

/** What was left half done, for a later release to go on with. */
export interface Unfinished {
  version: string;
  commit: string;
  /** Audits by what has to become of them. */
  audits: {
    /** Its run is due and nobody has taken it. */
    waitingRun: string;
    /** Its plan was started and nobody has taken it. */
    startedPlan: string;
    /** Events of it lie in the stream and in the edge's spool, and are not in the ledger. */
    alarmed: string;
    /** All is done. */
    finished: string;
  };
  /** Ids of events in the spool's segments; those of the stream are among them. */
  spooledEvents: string[];
}

export interface Recording {
  /** Its folder; rows.sql and spool/ lie there as well. */
  folder: string;
  unfinished: Unfinished;
  messages: RecordedMessage[];
  calls: RecordedCall[];
  /** SQL that makes the tables with all their rows. */
  rows: string;
}

const RECORDINGS = import.meta.dirname;

/** Versions of which there are recordings, oldest first. */
export function recordedVersions(): string[] {
  const folders = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

export function readRecording(version: string): Recording {
  const folder = join(RECORDINGS, version);
  const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  return {
    folder,
    unfinished: json("unfinished.json") as Unfinished,
    messages: json("messages.json") as RecordedMessage[],
    calls: json("calls.json") as RecordedCall[],
    rows: readFileSync(join(folder, "rows.sql"), "utf8"),
  };
}

/** What a reader made of a message, as JSON keeps it: bytes as base64. */
export function asJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}
