/**
 * Standard deviations of the hosts' load, kept as sums: what a move would make of them costs O(metrics)
 * instead of a pass over all hosts, and allocates nothing.
 *
 * Loads are held as differences from their first mean. Without that shift the variance would be the small
 * difference of two large sums, and lose the digits that decide between two targets.
 */
import type { MetricLoads } from "./loads.ts";

/**
 * Differences between standard deviations below this are rounding: sums carry some 1e-16 per term. Without
 * it, a move that only swaps the loads of two hosts would now and then count as a gain.
 */
const ROUNDING = 1e-12;

/** Whether a weighted deviation is a gain over another, and not just rounded otherwise. */
export function isGain(value: number, over: number): boolean {
  return value < over - ROUNDING;
}

interface Sums {
  weight: number;
  size: Float64Array;
  amount: Float64Array;
  /** What all loads are shifted by. */
  shift: number;
  /** By position. */
  shifted: Float64Array;
  sum: number;
  squares: number;
}

export class Spread {
  /** Standard deviations of the last `caseOf`, in the order of the metrics. */
  readonly caseDeviations: Float64Array;
  readonly #metrics: Sums[];
  readonly #hosts: number;
  #movesSinceExact = 0;

  constructor(metrics: readonly MetricLoads[]) {
    this.#hosts = metrics[0]?.share.length ?? 0;
    this.caseDeviations = new Float64Array(metrics.length);
    this.#metrics = metrics.map(({ share, weight, size, amount }) => {
      const shift = this.#hosts === 0 ? 0 : share.reduce((sum, value) => sum + value, 0) / this.#hosts;
      const shifted = share.map((value) => value - shift);
      return { weight, size, amount, shift, shifted, sum: 0, squares: 0 };
    });
    this.#sumUp();
  }

  /** Population standard deviation of the m-th metric; 0 without hosts. */
  deviation(m: number): number {
    const { sum, squares } = this.#metrics[m] as Sums;
    return this.#deviationOf(sum, squares);
  }

  /** Sum of the deviations, each times its weight. */
  weighted(): number {
    let total = 0;
    for (let m = 0; m < this.#metrics.length; m++) {
      total += this.deviation(m) * (this.#metrics[m] as Sums).weight;
    }
    return total;
  }

  /**
   * As `weighted`, from the loads themselves: where hosts have become even, the sums are the small difference
   * of two like numbers and keep half of their digits. For what is reported, not for comparisons.
   */
  weightedExactly(): number {
    let total = 0;
    for (const { weight, shifted } of this.#metrics) {
      let sum = 0;
      for (const value of shifted) sum += value;
      const mean = sum / this.#hosts;
      let squares = 0;
      for (const value of shifted) squares += (value - mean) * (value - mean);
      total += this.#deviationOf(0, squares) * weight;
    }
    return total;
  }

  /** Load of a host by the m-th metric now, as a share of its size. */
  share(m: number, position: number): number {
    const { shift, shifted } = this.#metrics[m] as Sums;
    return (shifted[position] as number) + shift;
  }

  /**
   * The weighted deviation if the instance, which has a load, moved. For targets of the same size it never
   * falls when the target's load grows, rounding included: `RecordTargets` relies on it.
   */
  caseOf(instance: number, source: number, target: number): number {
    let total = 0;
    for (let m = 0; m < this.#metrics.length; m++) {
      const { weight, size, amount, shifted, sum, squares } = this.#metrics[m] as Sums;
      const load = amount[instance] as number;
      const less = load / (size[source] as number);
      const more = load / (size[target] as number);
      const deviation = this.#deviationOf(
        sum - less + more,
        squares -
          less * (2 * (shifted[source] as number) - less) +
          more * (2 * (shifted[target] as number) + more),
      );
      this.caseDeviations[m] = deviation;
      total += deviation * weight;
    }
    return total;
  }

  move(instance: number, source: number, target: number): void {
    for (const metric of this.#metrics) {
      const { size, amount, shifted } = metric;
      const load = amount[instance] as number;
      const less = load / (size[source] as number);
      const more = load / (size[target] as number);
      metric.sum += more - less;
      metric.squares +=
        more * (2 * (shifted[target] as number) + more) - less * (2 * (shifted[source] as number) - less);
      shifted[source] = (shifted[source] as number) - less;
      shifted[target] = (shifted[target] as number) + more;
    }
    this.#movesSinceExact += 1;
    // Each move leaves a rounding error in the sums. Summing anew every so many moves keeps them exact
    // at O(1) per move.
    if (this.#movesSinceExact >= this.#hosts) this.#sumUp();
  }

  #sumUp(): void {
    for (const metric of this.#metrics) {
      let sum = 0;
      let squares = 0;
      for (const value of metric.shifted) {
        sum += value;
        squares += value * value;
      }
      metric.sum = sum;
      metric.squares = squares;
    }
    this.#movesSinceExact = 0;
  }

  #deviationOf(sum: number, squares: number): number {
    if (this.#hosts === 0) return 0;
    const mean = sum / this.#hosts;
    const variance = squares / this.#hosts - mean * mean;
    return variance > 0 ? Math.sqrt(variance) : 0;
  }
}
