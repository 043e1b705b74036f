import { VigilError } from "@vigil/core";
import { expect, test } from "vitest";
import type { StateClient } from "./client.ts";
import { observedClient } from "./observe.ts";

test("each call is told by its method and code, and what it answers or throws stays as it is", async () => {
  const failure = new VigilError("overloaded", "full");
  const seen: string[] = [];
  const client = {
    runs: {
      claim: async (request: object, trace: string) => ({ request, trace }),
      complete: () => Promise.reject(failure),
      release: () => Promise.reject(new Error("bug")),
    },
    ready: () => true,
    close: () => undefined,
  } as unknown as StateClient;
  const watched = observedClient(client, (method, code, ms) => seen.push(`${method} ${code} ${ms >= 0}`));
  const claim = watched.runs.claim as unknown as (request: object, trace: string) => Promise<unknown>;
  expect(await claim({ workerId: "w" }, "t")).toEqual({ request: { workerId: "w" }, trace: "t" });
  await expect(watched.runs.complete({})).rejects.toBe(failure);
  await expect(watched.runs.release({})).rejects.toThrow("bug");
  expect(watched.ready()).toBe(true);
  expect(seen).toEqual(["Claim OK true", "Complete RESOURCE_EXHAUSTED true", "Release INTERNAL true"]);
});
