/**
 * A snapshot as a stream of texts, for whoever computes a plan again. Base64 within the typed stream of answers costs a
 * third more bytes than a download route of its own would; in return it has the client's authentication, errors and
 * types, and the receiver knows by the hash whether all of it came.
 */
import { VigilError } from "@vigil/core";
import type { Services } from "./context.ts";
import { toTrpcError } from "./errors.ts";
import { DOWNLOAD_MS_MAX, DOWNLOADS_AT_ONCE_MAX, SNAPSHOT_CHUNK_BYTES } from "./limits.ts";

/**
 * Base64 texts, each of whole bytes: decoded one by one and joined they are the snapshot. Read from the store as soon
 * as the first is asked for, and made one at a time, as fast as they are taken.
 * @throws TRPCError of a VigilError: not-found (no longer in the store), overloaded, deadline, unavailable
 */
export async function* snapshotChunks(services: Services, hash: string): AsyncGenerator<string, void> {
  const { downloads, models } = services;
  if (downloads.open >= DOWNLOADS_AT_ONCE_MAX) throw toTrpcError(tooMany());
  downloads.open += 1;
  let bytes: Buffer | undefined;
  let late = false;
  // A receiver that has gone to sleep must not hold the snapshot in memory until its connection breaks.
  const timer = setTimeout(() => {
    late = true;
    bytes = undefined;
    downloads.open -= 1;
  }, DOWNLOAD_MS_MAX);
  try {
    bytes = Buffer.from(await models.get(hash));
    for (let at = 0; !late && bytes !== undefined && at < bytes.length; at += SNAPSHOT_CHUNK_BYTES) {
      yield bytes.toString("base64", at, Math.min(at + SNAPSHOT_CHUNK_BYTES, bytes.length));
    }
    if (late) throw tooSlow(hash);
  } catch (thrown) {
    throw toTrpcError(thrown);
  } finally {
    clearTimeout(timer);
    if (!late) downloads.open -= 1;
  }
}

function tooMany(): VigilError {
  return new VigilError(
    "overloaded",
    `${DOWNLOADS_AT_ONCE_MAX} snapshots are being downloaded from this process, which is the limit. Repeat it when one of them has ended.`,
  );
}

function tooSlow(hash: string): VigilError {
  return new VigilError(
    "deadline",
    `the download of snapshot ${hash} took longer than ${DOWNLOAD_MS_MAX} ms and was ended`,
  );
}
