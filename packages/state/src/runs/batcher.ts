/**
 * Groups concurrent calls into one transaction: a storm of events pays for its locks, round trips and disk
 * flushes once per batch instead of once per event. An idle service has batches of one, so nobody waits
 * for a batch to fill.
 *
 * Calls with one key (an audit, a run) are never in two batches at once, nor twice in one, and keep their
 * order; so a busy audit holds up nobody but itself.
 */

export interface BatcherOptions<Item, Result> {
  /** Calls in one batch. */
  itemsMax: number;
  /** Batches under way at once. */
  batchesMax: number;
  /** Weight of a call; a batch takes calls until their weights reach `weightMax`. Default: no limit. */
  weightOf?(item: Item): number;
  weightMax?: number;
  keyOf(item: Item): string;
  /** One transaction over all items; results in their order. */
  run(items: readonly Item[]): Promise<readonly Result[]>;
  /** True for an error that one item may have caused: its batch is then repeated item by item. */
  isItemsFault(error: unknown): boolean;
}

interface Call<Item, Result> {
  item: Item;
  key: string;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #waiting: Call<Item, Result>[] = [];
  readonly #busy = new Set<string>();
  #underWay = 0;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Rejects with what the transaction threw, or with what this item alone led to. */
  call(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, key: this.#options.keyOf(item), resolve, reject });
      this.#startBatches();
    });
  }

  #startBatches(): void {
    while (this.#underWay < this.#options.batchesMax) {
      const batch = this.#take();
      if (batch.length === 0) return;
      this.#underWay++;
      void this.#run(batch).finally(() => {
        this.#underWay--;
        for (const call of batch) this.#busy.delete(call.key);
        this.#startBatches();
      });
    }
  }

  /** First come first served, but for calls whose key is busy: they stay, in order. */
  #take(): Call<Item, Result>[] {
    const { itemsMax, weightOf, weightMax = Number.POSITIVE_INFINITY } = this.#options;
    const batch: Call<Item, Result>[] = [];
    const rest: Call<Item, Result>[] = [];
    let weight = 0;
    for (const call of this.#waiting) {
      const isFull = batch.length >= itemsMax || (batch.length > 0 && weight >= weightMax);
      if (isFull || this.#busy.has(call.key)) {
        rest.push(call);
        continue;
      }
      this.#busy.add(call.key);
      weight += weightOf?.(call.item) ?? 0;
      batch.push(call);
    }
    this.#waiting = rest;
    return batch;
  }

  async #run(batch: readonly Call<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((call) => call.item));
      for (const [index, call] of batch.entries()) call.resolve(results[index]!);
    } catch (error) {
      if (batch.length > 1 && this.#options.isItemsFault(error)) {
        for (const call of batch) await this.#run([call]);
        return;
      }
      for (const call of batch) call.reject(error);
    }
  }
}
