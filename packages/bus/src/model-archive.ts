/**
 * The model store as those see it who keep copies of it: which snapshots it has, their bytes in pieces, and putting one
 * back after the store was lost.
 */

import { createHash } from "node:crypto";
import { VigilError } from "@vigil/core";
import type { ObjectStore } from "nats";
import type { Bus } from "./connection.ts";
import { busError } from "./errors.ts";
import { MODELS_BUCKET, objectStoreStream } from "./names.ts";
import { readChunks, type TakeChunk } from "./object-reader.ts";
import { whileConnected } from "./while-connected.ts";

export interface StoredSnapshot {
  hash: string;
  /** Bytes. */
  size: number;
  /** When it was put, ms since 1970, by the clock of whoever put it. */
  storedAtMs: number;
}

/** For the bytes of one snapshot; see model-store.ts. */
const DEADLINE_MS = 60_000;

/** @throws VigilError unavailable, deadline */
export function storedSnapshots(bus: Bus): Promise<StoredSnapshot[]> {
  return whileConnected(bus, "listing the model snapshots", async () => {
    const objects = await (await openStore(bus)).list();
    return objects.map(({ name, size, mtime }) => ({ hash: name, size, storedAtMs: Date.parse(mtime) }));
  });
}

/** @throws VigilError unavailable, deadline */
export function hasSnapshot(bus: Bus, hash: string): Promise<boolean> {
  return whileConnected(bus, `looking for model snapshot ${hash}`, async () => {
    const info = await (await openStore(bus)).info(hash);
    return info !== null && !info.deleted;
  });
}

/**
 * The bytes of a snapshot in pieces of at most 128 KiB, in order.
 * @throws VigilError not-found, unavailable, deadline, internal (the bytes have another hash; known only at the end)
 */
export async function readSnapshot(bus: Bus, hash: string, take: TakeChunk): Promise<void> {
  const doing = `copying model snapshot ${hash}`;
  const info = await whileConnected(bus, doing, async () => (await openStore(bus)).info(hash));
  if (info === null || info.deleted) throw new VigilError("not-found", `${doing}: the model store lost it`);
  const sha256 = createHash("sha256");
  try {
    await readChunks(bus, info, DEADLINE_MS, (chunk, offset) => {
      sha256.update(chunk);
      return take(chunk, offset);
    });
  } catch (thrown) {
    throw busError(doing, thrown);
  }
  checkHash(doing, hash, sha256.digest("hex"));
}

/**
 * Puts a snapshot back. Nobody sees it before its last byte is stored.
 * @throws VigilError unavailable, deadline, overloaded (store full), internal (the bytes have another hash); what
 *   `pieces` throws
 */
export async function restoreSnapshot(
  bus: Bus,
  hash: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const doing = `putting model snapshot ${hash} back`;
  const sha256 = createHash("sha256");
  const checked = async function* () {
    for await (const piece of pieces) {
      sha256.update(piece);
      yield piece;
    }
    // Before its end: a stream that fails is never described, so that wrong bytes are never seen.
    checkHash(doing, hash, sha256.digest("hex"));
  };
  try {
    const store = await openStore(bus);
    await store.put({ name: hash }, ReadableStream.from(checked()), { timeout: DEADLINE_MS });
  } catch (thrown) {
    throw busError(doing, thrown);
  }
}

/** Removes a snapshot with all its bytes; none is no error. @throws VigilError unavailable, deadline */
export function removeSnapshot(bus: Bus, hash: string): Promise<void> {
  return whileConnected(bus, `removing model snapshot ${hash}`, async () => {
    const store = await openStore(bus);
    const info = await store.info(hash);
    if (info !== null && !info.deleted) await store.delete(hash);
  });
}

/** Bytes in the store and its limit. @throws VigilError unavailable, deadline */
export function modelStoreRoom(bus: Bus): Promise<{ bytes: number; bytesMax: number }> {
  return whileConnected(bus, "asking for the size of the model store", async () => {
    const { state, config } = await (await bus.manager()).streams.info(objectStoreStream(MODELS_BUCKET));
    return { bytes: state.bytes, bytesMax: config.max_bytes };
  });
}

function checkHash(doing: string, wanted: string, seen: string): void {
  if (seen === wanted) return;
  throw new VigilError("internal", `${doing}: its bytes have the hash ${seen}, so they are not used`);
}

/** The client would make a missing object store without a word, so its stream is looked for first. */
async function openStore(bus: Bus): Promise<ObjectStore> {
  await (await bus.manager()).streams.info(objectStoreStream(MODELS_BUCKET));
  return bus.connection().jetstream().views.os(MODELS_BUCKET);
}
