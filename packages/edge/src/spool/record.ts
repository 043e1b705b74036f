/**
 * One record of the spool: an event and its body as bytes, and how records are found again in a file of them. Pure.
 *
 *   0  magic  VSP1                     16  length of the event's JSON, then
 *   4  length of the payload           20  the event as JSON, then
 *   8  CRC-32C of the payload              the body
 *   12 CRC-32C of the twelve bytes before
 *
 * Numbers are little-endian. The header has a checksum of its own: only so a record whose end was never written can be
 * told from one whose length was damaged.
 *
 * Both checksums begin with the segment's salt, a random number in the name of its file. Bodies are written by
 * strangers: without it, one who put a whole record into a body could have it taken for one where the bytes around it
 * are damaged.
 */

import { type AcceptedEvent, VigilError } from "@vigil/core";
import { crc32c } from "./crc32c.ts";

const MAGIC = 0x31505356;
const MAGIC_BYTES = Uint8Array.of(0x56, 0x53, 0x50, 0x31);
export const HEADER_BYTES = 16;
const LENGTH_BYTES = 4;

/** What a record holds. */
export interface SpooledEvent {
  event: AcceptedEvent;
  body: Uint8Array;
}

/** A record before it has a place: its salt, and so its checksums, come from the segment it gets into. */
export interface RecordDraft {
  /** Length and JSON of the event; the body. */
  parts: readonly [Uint8Array, Uint8Array];
  /** Of the whole record, header included. */
  bytes: number;
}

export function draftRecord(event: AcceptedEvent, body: Uint8Array): RecordDraft {
  const json = JSON.stringify(event);
  const jsonBytes = Buffer.byteLength(json);
  const head = Buffer.allocUnsafe(LENGTH_BYTES + jsonBytes);
  head.writeUInt32LE(jsonBytes, 0);
  head.write(json, LENGTH_BYTES);
  return { parts: [head, body], bytes: HEADER_BYTES + head.length + body.length };
}

/** The record's bytes for a segment, in pieces, so that a body is not copied. */
export function sealRecord(draft: RecordDraft, salt: number): Uint8Array[] {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(draft.bytes - HEADER_BYTES, 4);
  header.writeUInt32LE(
    draft.parts.reduce((crc, part) => crc32c(part, crc), salt),
    8,
  );
  header.writeUInt32LE(crc32c(header.subarray(0, 12), salt), 12);
  return [header, ...draft.parts].filter((part) => part.length > 0);
}

/**
 * Reads a record that `findRecords` found.
 * @throws VigilError internal when its bytes have changed since
 */
export function openRecord(bytes: Uint8Array, salt: number): SpooledEvent {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const frame = frameAt(view, 0, salt);
  if (frame.form !== "whole" || frame.end !== view.length) {
    throw new VigilError("internal", "a record of the spool no longer has the bytes that were written");
  }
  const jsonEnd = HEADER_BYTES + LENGTH_BYTES + view.readUInt32LE(HEADER_BYTES);
  const json = view.toString("utf8", HEADER_BYTES + LENGTH_BYTES, jsonEnd);
  return { event: JSON.parse(json) as AcceptedEvent, body: view.subarray(jsonEnd) };
}

/** Bytes of a segment from `start` to before `end`. */
export interface Stretch {
  start: number;
  end: number;
}

export interface FoundRecords {
  records: Stretch[];
  /** Bytes that are no record and stand before one, or could have been one: to be kept and told of. */
  damaged: Stretch[];
  /**
   * Where a record begins whose end was never written, or the zeros that a power failure leaves; the length of the
   * file when nothing of the kind is there. What was answered to its sender was not 202, since no flush came to an end
   * behind it.
   */
  tornAt: number;
}

type Frame =
  | { form: "whole"; end: number }
  /** The header can be trusted, the payload not. */
  | { form: "damaged"; end: number }
  | { form: "torn" }
  | { form: "none" };

/** Everything in a segment's bytes. */
export function findRecords(bytes: Uint8Array, salt: number): FoundRecords {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: FoundRecords = { records: [], damaged: [], tornAt: view.length };
  let at = 0;
  while (at < view.length) {
    const frame = frameAt(view, at, salt);
    if (frame.form === "torn") {
      found.tornAt = at;
      return found;
    }
    const end = frame.form === "none" ? nextHeader(view, at + 1, salt) : frame.end;
    if (end === view.length && frame.form === "none" && isZero(view, at)) {
      found.tornAt = at;
      return found;
    }
    (frame.form === "whole" ? found.records : found.damaged).push({ start: at, end });
    at = end;
  }
  return found;
}

function frameAt(view: Buffer, at: number, salt: number): Frame {
  if (view.length - at < HEADER_BYTES) return isTornHeader(view, at) ? { form: "torn" } : { form: "none" };
  if (view.readUInt32LE(at) !== MAGIC) return { form: "none" };
  if (view.readUInt32LE(at + 12) !== crc32c(view.subarray(at, at + 12), salt)) return { form: "none" };
  const end = at + HEADER_BYTES + view.readUInt32LE(at + 4);
  if (end > view.length) return { form: "torn" };
  const payload = view.subarray(at + HEADER_BYTES, end);
  const isWhole = view.readUInt32LE(at + 8) === crc32c(payload, salt) && holdsJson(payload);
  return { form: isWhole ? "whole" : "damaged", end };
}

/** A write that was cut in the header leaves the beginning of one. */
function isTornHeader(view: Buffer, at: number): boolean {
  const magicBytes = Math.min(MAGIC_BYTES.length, view.length - at);
  return view.compare(MAGIC_BYTES, 0, magicBytes, at, at + magicBytes) === 0;
}

function holdsJson(payload: Buffer): boolean {
  return payload.length >= LENGTH_BYTES && LENGTH_BYTES + payload.readUInt32LE(0) <= payload.length;
}

/** Where the next record begins that has a good header; the end of the bytes when there is none. */
function nextHeader(view: Buffer, from: number, salt: number): number {
  for (let at = view.indexOf(MAGIC_BYTES, from); at >= 0; at = view.indexOf(MAGIC_BYTES, at + 1)) {
    const { form } = frameAt(view, at, salt);
    if (form === "whole" || form === "damaged") return at;
    if (form === "torn" && view.length - at >= HEADER_BYTES) return at;
  }
  return view.length;
}

function isZero(view: Buffer, from: number): boolean {
  for (let at = from; at < view.length; at++) if (view[at] !== 0) return false;
  return true;
}
