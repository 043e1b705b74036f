/** The audit index as a whole, for state, which compares it with the database. */

import { VigilError } from "@vigil/core";
import { COMPLETE_SUBJECT, readEntry } from "./audit-index.ts";
import type { AuditIndexEntry } from "./audit-map.ts";
import type { Bus } from "./connection.ts";
import { AUDITS_BUCKET, bucketStream } from "./names.ts";
import { readStream } from "./stream-reader.ts";

const WINDOW_MESSAGES = 512;
/** 100,000 audits take two seconds. */
const DEADLINE_MS = 60_000;

/**
 * Every entry, deleted audits included, as of some moment after the call. Entries that can't be read are left out.
 * @throws VigilError deadline
 */
export async function readAuditIndex(bus: Bus): Promise<AuditIndexEntry[]> {
  const entries = new Map<string, AuditIndexEntry>();
  const complete = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    const text = `reading the audit index: not all of it came within ${DEADLINE_MS} ms. Look at nats-server.`;
    complete.reject(new VigilError("deadline", text));
  }, DEADLINE_MS);
  const reader = readStream(bus, {
    what: "copy of the audit index",
    stream: bucketStream(AUDITS_BUCKET),
    from: "latest",
    windowMessages: WINDOW_MESSAGES,
    onMessage: ({ message, release, sequence }) => {
      try {
        const entry = message.subject === COMPLETE_SUBJECT ? undefined : readEntry(message.data);
        if (entry !== undefined) entries.set(entry.uuid, entry);
      } catch (thrown) {
        bus.logger.error({ err: thrown, sequence }, "entry of the audit index can't be read");
      }
      release();
    },
    onCaughtUp: () => complete.resolve(),
    onReset: () => entries.clear(),
  });
  try {
    await complete.promise;
    return [...entries.values()];
  } finally {
    clearTimeout(timer);
    await reader.stop();
  }
}
