import { expect, it } from "vitest";
import { warmUp } from "./warm-up.ts";

it("warms all strategies, or one, and never fails", () => {
  expect(() => warmUp()).not.toThrow();
  expect(() => warmUp("dummy")).not.toThrow();
});
