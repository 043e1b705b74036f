import { VigilError } from "@vigil/core";
import type { ObjectInfo } from "nats";
import type { Bus } from "./connection.ts";
import { MODELS_BUCKET, objectStoreStream } from "./names.ts";
import { readStream, type StreamMessage } from "./stream-reader.ts";

/** Chunks of 128 KiB on their way at once. */
const WINDOW_CHUNKS = 32;

/**
 * Reads an object of the model store straight into a SharedArrayBuffer: one copy, and across a broken
 * connection. (The client's own `get` collects the chunks, hashes them in JavaScript, which takes the main
 * thread ten times as long as OpenSSL, and waits for ever when the connection ends.)
 * @throws VigilError deadline, internal when the object has more bytes than its description says
 */
export async function readObject(bus: Bus, info: ObjectInfo, deadlineMs: number): Promise<SharedArrayBuffer> {
  const buffer = new SharedArrayBuffer(info.size);
  if (info.size === 0) return buffer;
  const bytes = new Uint8Array(buffer);
  const filled = Promise.withResolvers<void>();
  let offset = 0;
  const take = ({ message, release }: StreamMessage) => {
    const { data } = message;
    if (offset + data.length > info.size) {
      return filled.reject(
        new VigilError("internal", `object ${info.name} is longer than its ${info.size} bytes`),
      );
    }
    bytes.set(data, offset);
    offset += data.length;
    release();
    if (offset === info.size) filled.resolve();
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
    onMessage: take,
  });
  try {
    await filled.promise;
    return buffer;
  } finally {
    clearTimeout(timer);
    await reader.stop();
  }
}
