/**
 * Groups concurrent calls into one transaction: a storm of events pays for its locks, round trips and disk
 * flushes once per batch instead of once per event. An idle service has batches of one, so nobody waits
 * for a batch to fill.
 *
 * Calls with one key (an audit, a run) are never in two batches at once, nor twice in one, and keep their
 * order; so a busy audit holds up nobody but itself. Calls of one group (a plan) share a batch, but are never in two
 * at once: the second would only wait for the lock that the first holds. Calls of a batch that failed by the fault of one of them go
 * again each by itself.
 */

export interface BatcherOptions<Item, Result> {
  /** Calls in one batch. */
  itemsMax: number;
  /** Batches under way at once. */
  batchesMax: number;
  /** Weight of a call; those of a batch of several stay within `weightMax` together. Default: no limit. */
  weightOf?(item: Item): number;
  weightMax?: number;
  keyOf(item: Item): string;
  /** What the calls lock together. Default: nothing but their keys. */
  groupOf?(item: Item): string;
  /** One transaction over all items; results in their order. */
  run(items: readonly Item[]): Promise<readonly Result[]>;
  /** True for an error that one item may have caused: the items of its batch then go each by itself. */
  isItemsFault(error: unknown): boolean;
}

interface Call<Item, Result> {
  item: Item;
  key: string;
  group: string | undefined;
  weight: number;
  /** Shares its batch with nobody. */
  alone: boolean;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #waiting: Call<Item, Result>[] = [];
  readonly #busy = new Set<string>();
  readonly #busyGroups = new Set<string>();
  #underWay = 0;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Rejects with what the transaction threw, or with what this item alone led to. */
  call(item: Item): Promise<Result> {
    const { keyOf, groupOf, weightOf } = this.#options;
    return new Promise((resolve, reject) => {
      const weight = weightOf?.(item) ?? 0;
      const [key, group] = [keyOf(item), groupOf?.(item)];
      this.#waiting.push({ item, key, group, weight, alone: false, resolve, reject });
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
        for (const call of batch) this.#free(call);
        this.#startBatches();
      });
    }
  }

  #free({ key, group }: Call<Item, Result>): void {
    this.#busy.delete(key);
    if (group !== undefined) this.#busyGroups.delete(group);
  }

  /** First come first served, but for calls whose key or group is busy and those that fit no more: they stay, in order. */
  #take(): Call<Item, Result>[] {
    const { itemsMax, weightMax = Number.POSITIVE_INFINITY } = this.#options;
    const batch: Call<Item, Result>[] = [];
    const rest: Call<Item, Result>[] = [];
    // A later call of a key that was passed over must not overtake it.
    const passedOver = new Set<string>();
    let weight = 0;
    for (const call of this.#waiting) {
      const fits =
        batch.length === 0 ||
        (batch.length < itemsMax && weight + call.weight <= weightMax && !call.alone && !batch[0]!.alone);
      const isBusy =
        this.#busy.has(call.key) || (call.group !== undefined && this.#busyGroups.has(call.group));
      if (!fits || isBusy || passedOver.has(call.key)) {
        passedOver.add(call.key);
        rest.push(call);
        continue;
      }
      this.#busy.add(call.key);
      weight += call.weight;
      batch.push(call);
    }
    this.#waiting = rest;
    for (const { group } of batch) if (group !== undefined) this.#busyGroups.add(group);
    return batch;
  }

  async #run(batch: readonly Call<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((call) => call.item));
      for (const [index, call] of batch.entries()) call.resolve(results[index]!);
    } catch (error) {
      if (batch.length > 1 && this.#options.isItemsFault(error)) {
        // In front, so that each stays before later calls of its key; at once, so that a slow one delays no other.
        this.#waiting = [...batch.map((call) => ({ ...call, alone: true })), ...this.#waiting];
        return;
      }
      for (const call of batch) call.reject(error);
    }
  }
}
