import { readFileSync } from "node:fs";
import { join } from "node:path";

const RECORDINGS = join(import.meta.dirname, "../../test/data/aodh/recorded-requests.json");

/** Headers that belong to the connection of the recording, or are replaced. */
const OWN_HEADERS = ["host", "connection", "content-length", "accept-encoding", "x-auth-token"];

export interface RecordedAlarm {
  name: string;
  /** Aodh's own headers. */
  headers: Record<string, string>;
  /** The body as Aodh wrote it. */
  body: string;
}

interface Recording {
  headers: [string, string][];
  body: Record<string, unknown>;
}

/** The first alarm that a real Aodh sent with a token. */
export function readRecordedAlarm(): RecordedAlarm {
  const { requests } = JSON.parse(readFileSync(RECORDINGS, "utf8")) as { requests: Recording[] };
  const recording = requests.find(({ headers }) =>
    headers.some(([name]) => name.toLowerCase() === "x-auth-token"),
  );
  if (!recording) throw new Error(`${RECORDINGS} holds no request with a token`);
  const headers = recording.headers.filter(([name]) => !OWN_HEADERS.includes(name.toLowerCase()));
  return {
    name: String(recording.body.alarm_name),
    headers: Object.fromEntries(headers),
    body: asPythonWrites(recording.body),
  };
}

/** JSON with the blanks that Python's encoder puts after commas and colons, so that lengths are the recorded ones. */
function asPythonWrites(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPythonWrites).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${asPythonWrites(member)}`,
  );
  return `{${members.join(", ")}}`;
}
