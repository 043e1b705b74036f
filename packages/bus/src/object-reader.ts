import { VigilError } from "@vigil/core";
import type { ObjectInfo } from "nats";
import type { Bus } from "./connection.ts";
import { MODELS_BUCKET, objectStoreStream } from "./names.ts";
import { readStream, type StreamMessage } from "./stream-reader.ts";

/** Chunks of 128 KiB on their way at once. */
const WINDOW_CHUNKS = 32;

/** Takes one piece of an object; the next one comes when its promise, if it gives one, has resolved. */
export type TakeChunk = (chunk: Uint8Array, offset: number) => void | Promise<void>;

/**
 * Reads an object of the model store straight into a SharedArrayBuffer: one copy, and across a broken
 * connection. (The client's own `get` collects the chunks, hashes them in JavaScript, which takes the main
 * thread ten times as long as OpenSSL, and waits for ever when the connection ends.)
 * @throws VigilError deadline, internal when the object has more bytes than its description says
 */
export async function readObject(bus: Bus, info: ObjectInfo, deadlineMs: number): Promise<SharedArrayBuffer> {
  const buffer = new SharedArrayBuffer(info.size);
  const bytes = new Uint8Array(buffer);
  await readChunks(bus, info, deadlineMs, (chunk, offset) => bytes.set(chunk, offset));
  return buffer;
}

/**
 * Reads an object piece by piece, in order, so that it is never in memory as a whole.
 * @throws VigilError deadline, internal when the object has more bytes than its description says; what `take` throws
 */
export async function readChunks(
  bus: Bus,
  info: ObjectInfo,
  deadlineMs: number,
  take: TakeChunk,
): Promise<void> {
  if (info.size === 0) return;
  const filled = Promise.withResolvers<void>();
  let offset = 0;
  let taken = Promise.resolve();
  const onMessage = ({ message, release }: StreamMessage) => {
    const { data } = message;
    const at = offset;
    offset += data.length;
    if (offset > info.size) {
      const text = `object ${info.name} is longer than its ${info.size} bytes`;
      return filled.reject(new VigilError("internal", text));
    }
    const isLast = offset === info.size;
    taken = taken.then(async () => {
      await take(data, at);
      release();
      if (isLast) filled.resolve();
    });
    taken.catch(filled.reject);
  };
  const timer = setTimeout(() => {
    const text = `object ${info.name}: ${offset} of ${info.size} bytes came within ${deadlineMs} ms. Look at nats-server.`;
    filled.reject(new VigilError("deadline", text));
  }, deadlineMs);
  const reader = readStream(bus, {
    what: "model store",
    stream: objectStoreStream(MODELS_BUCKET),
    from: { afterSequence: 0 },
    filterSubject: `$O.${MODELS_BUCKET}.C.${info.nuid}`,
    windowMessages: WINDOW_CHUNKS,
    onMessage,
  });
  try {
    await filled.promise;
  } finally {
    clearTimeout(timer);
    await reader.stop();
  }
}
