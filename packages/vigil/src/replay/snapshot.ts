import { createHash } from "node:crypto";
import type { VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";

/**
 * A snapshot by its hash, in memory that `computePlan` takes.
 * @throws VigilError unavailable: not all of it came
 */
export async function downloadSnapshot(
  client: VigilClient,
  hash: string,
  signal: AbortSignal,
): Promise<SharedArrayBuffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const sha256 = createHash("sha256");
  for await (const text of await client.model.snapshot.query({ hash }, { signal })) {
    const piece = Buffer.from(text, "base64");
    sha256.update(piece);
    pieces.push(piece);
    length += piece.length;
  }
  if (sha256.digest("hex") !== hash) {
    throw new VigilError(
      "unavailable",
      `snapshot ${hash} did not come whole: its ${length} bytes have another hash; repeat the command`,
    );
  }
  const snapshot = new SharedArrayBuffer(length);
  const bytes = new Uint8Array(snapshot);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return snapshot;
}
