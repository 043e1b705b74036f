import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricLoads } from "./loads.ts";
import { isGain, Spread } from "./spread.ts";

const HOSTS = 6;
const INSTANCES = 5;

/** The formula itself. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Where hosts are nearly even, the sums that deviations are kept as have half of their digits: variances agree then. */
function expectDeviation(seen: number, wanted: number): void {
  if (Math.abs(seen ** 2 - wanted ** 2) > 1e-12) expect(seen).toBeCloseTo(wanted, 9);
}

function columnOf(length: number, max: number): fc.Arbitrary<Float64Array> {
  const value = fc.double({ min: 0, max, noNaN: true });
  return fc.array(value, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
}

const anyMetric: fc.Arbitrary<MetricLoads> = fc.record({
  name: fc.constant("instance_cpu_usage" as const),
  threshold: fc.constant(0.1),
  weight: fc.constantFrom(0, 0.5, 1),
  size: columnOf(HOSTS, 100).map((sizes) => sizes.map((size) => Math.ceil(size) + 1)),
  share: columnOf(HOSTS, 2),
  amount: columnOf(INSTANCES, 20),
});
const anyMove = fc.tuple(fc.nat(INSTANCES - 1), fc.nat(HOSTS - 1), fc.nat(HOSTS - 1));

describe("Spread", () => {
  it("agrees with the plain formula, after any number of moves", () => {
    fc.assert(
      fc.property(
        fc.array(anyMetric, { minLength: 1, maxLength: 2 }),
        fc.array(anyMove, { maxLength: 60, size: "max" }),
        (metrics, moves) => {
          const spread = new Spread(metrics);
          const hosts = metrics.map(({ share }) => [...share]);
          for (const [instance, source, target] of moves) {
            if (source === target) continue;
            let total = 0;
            const value = spread.caseOf(instance, source, target);
            metrics.forEach(({ amount, size, weight }, m) => {
              const shares = hosts[m] as number[];
              const load = amount[instance] as number;
              shares[source] = (shares[source] as number) - load / (size[source] as number);
              shares[target] = (shares[target] as number) + load / (size[target] as number);
              expectDeviation(spread.caseDeviations[m] as number, deviation(shares));
              total += (spread.caseDeviations[m] as number) * weight;
            });
            expect(value).toBeCloseTo(total, 12);
            spread.move(instance, source, target);
            hosts.forEach((shares, m) => {
              expectDeviation(spread.deviation(m), deviation(shares));
            });
          }
          const exact = metrics.reduce(
            (sum, { weight }, m) => sum + deviation(hosts[m] as number[]) * weight,
            0,
          );
          expect(spread.weightedExactly()).toBeCloseTo(exact, 12);
          hosts.forEach((shares, m) => {
            shares.forEach((share, position) => {
              expect(spread.share(m, position)).toBeCloseTo(share, 9);
            });
          });
        },
      ),
    );
  });

  it("keeps the digits of small differences between large loads", () => {
    const share = Float64Array.from({ length: 1000 }, (_, at) => 1e6 + (at % 2) * 1e-3);
    const size = new Float64Array(1000).fill(1);
    const spread = new Spread([
      {
        name: "instance_cpu_usage",
        threshold: 0,
        weight: 1,
        size,
        share,
        amount: Float64Array.of(1e-3),
      },
    ]);
    expect(spread.weighted()).toBeCloseTo(5e-4, 10);
    expect(spread.caseOf(0, 1, 0)).toBeCloseTo(5e-4, 10);
  });

  it("takes no rounding for a gain", () => {
    expect(isGain(0.3, 0.1 + 0.2)).toBe(false);
    expect(isGain(0.3 - 1e-9, 0.3)).toBe(true);
    expect(isGain(0.3, 0.3)).toBe(false);
  });

  it("is even without hosts", () => {
    expect(new Spread([]).weighted()).toBe(0);
  });
});
