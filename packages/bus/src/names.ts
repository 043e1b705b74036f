/** Every name that Vigil uses on NATS (DESIGN, section 2). */

export const EVENTS_STREAM = "VIGIL_EVENTS";
export const EVENTS_SUBJECTS = "vigil.events.>";
/** The durable consumer that all workers share. */
export const EVENTS_CONSUMER = "workers";
export const CHANGES_STREAM = "VIGIL_CHANGES";
export const CHANGES_SUBJECTS = "vigil.changes.>";
export const AUDITS_BUCKET = "vigil_audits";
export const HEADS_BUCKET = "vigil_heads";
export const MODELS_BUCKET = "vigil_models";

/** Stream behind a KV bucket, by the convention of NATS. */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

/** Stream behind the bucket of heads, which has the ledger's sign as well. */
export const HEADS_STREAM = bucketStream(HEADS_BUCKET);

/** Stream behind an object store, by the convention of NATS. */
export function objectStoreStream(bucket: string): string {
  return `OBJ_${bucket}`;
}

/** All streams, those behind buckets included. */
export const STREAMS: readonly string[] = [
  EVENTS_STREAM,
  CHANGES_STREAM,
  bucketStream(AUDITS_BUCKET),
  bucketStream(HEADS_BUCKET),
  objectStoreStream(MODELS_BUCKET),
];

/** Subject of an event; events whose audit the edge could not look up have one of their own. */
export function eventSubject(auditUuid: string): string {
  return `vigil.events.${auditUuid === "" ? "unresolved" : auditUuid}`;
}

export function changeSubject(kind: string, uuid: string): string {
  return `vigil.changes.${kind}.${uuid}`;
}

export function wakeSubject(what: string): string {
  return `vigil.wake.${what}`;
}

export function askSubject(topic: string): string {
  return `vigil.ask.${topic}`;
}
