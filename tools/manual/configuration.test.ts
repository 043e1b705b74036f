import { expect, test } from "vitest";
import { SETTINGS } from "../../packages/vigil/src/config/settings.ts";
import { configurationPage } from "./configuration.ts";

const page = configurationPage(SETTINGS);

test("every setting has one row", () => {
  for (const { env } of SETTINGS) expect(page.split(`\n| \`${env}\``)).toHaveLength(2);
});

test("a setting stands under those who read it, with its default and unit", () => {
  const [, edge] = page.split("\n## edge\n");
  expect(edge).toMatch(
    /^\| `VIGIL_EDGE_PUBLISH_TIMEOUT_MS` \| `300` ms \| a whole number from 10 to 1500 \|/m,
  );
  expect(page).toMatch(/^\| `DATABASE_URL` \*\(secret\)\* \| {2}\|/m);
});

test("nothing of the machine that it is made on is in it", () => {
  expect(page).toMatch(/^\| `VIGIL_HOST_NAME` \| the machine's \|/m);
  expect(page).toMatch(/^\| `VIGIL_WORKER_THREADS` \| cores - 1, at least 1 \|/m);
});
