/**
 * Simulated time: what is to happen, in order of its time. Things of the same time happen in the order in which they
 * were put here, so a seed always leads to the same history.
 */

/** A process that can vanish and stand still. What it had in mind is lost with it, what it had on disk is its own matter. */
export class Actor {
  readonly name: string;
  /** Grows with each crash: what an earlier life had planned does not happen. */
  life = 0;
  isDown = false;
  /** Until then it stands still, as by SIGSTOP: what it would have done happens at the end of the pause. */
  pausedUntilMs = 0;

  constructor(name: string) {
    this.name = name;
  }
}

interface Entry {
  atMs: number;
  order: number;
  actor: Actor;
  life: number;
  run(): void;
}

export class Agenda {
  /** Monotonic, ms; every process has the same. Wall clocks are kept by who has one. */
  nowMs = 0;
  steps = 0;
  readonly #heap: Entry[] = [];
  #order = 0;

  after(delayMs: number, actor: Actor, run: () => void): void {
    this.#push({ atMs: this.nowMs + delayMs, order: this.#order++, actor, life: actor.life, run });
  }

  /** Does the next thing; false when there is none before `untilMs`. */
  step(untilMs: number): boolean {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.atMs > untilMs) return false;
      this.#pop();
      const { actor, life } = first;
      if (actor.life !== life || actor.isDown) continue;
      this.nowMs = Math.max(this.nowMs, first.atMs);
      if (actor.pausedUntilMs > this.nowMs) {
        this.#push({ ...first, atMs: actor.pausedUntilMs });
        continue;
      }
      this.steps++;
      first.run();
      return true;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
