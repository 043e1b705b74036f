import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** Prints the address of every module that is loaded, as Node itself resolves it. */
const LISTING_HOOK = `
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      process.stdout.write(url + "\\n");
      return next(url, context);
    },
  });
`;

test("what the client loads at run time is its own code, the tRPC client and the event source", async () => {
  const client = new URL("./index.ts", import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(LISTING_HOOK)}`,
    "--input-type=module",
    "--eval",
    `const { createVigilClient } = await import(${JSON.stringify(client)}); createVigilClient({ url: "http://h" });`,
  ]);
  const files = stdout.split("\n").filter((url) => url.startsWith("file:"));
  const strangers = files.filter((url) => !isClientCode(url));
  expect(files).toContain(client);
  expect(strangers).toEqual([]);
});

/** `@trpc/client` is built upon what it shares with the server's package; none of that package's adapters. */
function isClientCode(url: string): boolean {
  if (url.includes("/packages/")) return url.includes("/packages/client/");
  if (url.includes("/node_modules/@trpc/server/")) return !url.includes("/adapters/");
  return /\/node_modules\/(?:@trpc\/client|eventsource|eventsource-parser)\//.test(url);
}
