/** Smallest room for pieces that are put together, bytes. */
const ROOM_MIN = 4_096;

/**
 * The pieces of a body, put together as they come. A list of them lost: a sender who cuts his body into single bytes would
 * make each a hundred. What is held is at most twice what came.
 */
export class GatheredBytes {
  readonly #bytesMax: number;
  #room: Uint8Array = new Uint8Array(0);
  #bytes = 0;

  /** @param bytesMax of all pieces */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(piece: Uint8Array): void {
    // Most bodies are one piece of a packet that holds little else, and are not copied.
    if (this.#bytes === 0 && piece.length * 2 >= piece.buffer.byteLength) this.#room = piece;
    else {
      this.#makeRoom(this.#bytes + piece.length);
      this.#room.set(piece, this.#bytes);
    }
    this.#bytes += piece.length;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#room.length) return;
    const grown = Math.max(bytes, Math.min(this.#bytesMax, Math.max(ROOM_MIN, 2 * this.#bytes)));
    const room = Buffer.allocUnsafeSlow(grown);
    room.set(this.#room.subarray(0, this.#bytes));
    this.#room = room;
  }

  whole(): Uint8Array {
    return this.#room.subarray(0, this.#bytes);
  }
}
