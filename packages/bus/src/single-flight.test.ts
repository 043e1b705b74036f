import { expect, test } from "vitest";
import { FreshFlight } from "./single-flight.ts";

function controlled() {
  const calls: PromiseWithResolvers<number>[] = [];
  const flight = new FreshFlight(() => {
    const call = Promise.withResolvers<number>();
    calls.push(call);
    return call.promise;
  });
  return { calls, flight };
}

test("those who ask during a call share the next one, never the one under way", async () => {
  const { calls, flight } = controlled();
  const first = flight.run();
  const second = flight.run();
  const third = flight.run();
  expect(calls).toHaveLength(1);
  calls[0]!.resolve(1);
  expect(await first).toBe(1);
  expect(calls).toHaveLength(2);
  const fourth = flight.run();
  calls[1]!.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  calls[2]!.resolve(3);
  expect(await fourth).toBe(3);
  expect(calls).toHaveLength(3);
});

test("a failed call fails those who shared it and nobody else", async () => {
  const { calls, flight } = controlled();
  const first = flight.run();
  const second = flight.run();
  calls[0]!.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  calls[1]!.resolve(2);
  expect(await second).toBe(2);
  void flight.run();
  expect(calls).toHaveLength(3);
});
