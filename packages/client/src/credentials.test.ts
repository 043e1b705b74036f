import { expect, test } from "vitest";
import { Credentials } from "./credentials.ts";

test("a fixed token", async () => {
  expect(await new Credentials({ token: "t" }).headers()).toEqual({ "x-auth-token": "t" });
});

test("identity headers as they are", async () => {
  const credentials = new Credentials({ identityHeaders: { "x-roles": "admin" } });
  expect(await credentials.headers()).toEqual({ "x-roles": "admin" });
  expect(credentials.renewable).toBe(false);
});

test("nothing at all", async () => {
  expect(await new Credentials({}).headers()).toEqual({});
});

test("a token source learns once that its last token was refused", async () => {
  const asked: boolean[] = [];
  const credentials = new Credentials({
    getToken: ({ refused }) => {
      asked.push(refused);
      return `t${asked.length}`;
    },
  });
  await credentials.headers();
  credentials.noteRefused();
  expect(await credentials.headers()).toEqual({ "x-auth-token": "t2" });
  await credentials.headers();
  expect(asked).toEqual([false, true, false]);
});

test("several ways at once are refused", () => {
  expect(() => new Credentials({ token: "t", identityHeaders: {} })).toThrow(TypeError);
});
