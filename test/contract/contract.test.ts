/**
 * The REST contract, row by row, asked of a whole system from outside. Tests are named after the section and the row
 * that they hold; the sections share one system, since starting the roles costs seconds and most rows cost
 * milliseconds. Lists come first: they look at whole collections. The outage comes last: it takes the broker from all.
 */

import { afterAll, afterEach, beforeAll } from "vitest";
import { contract, startContract } from "./contract.ts";
import "./sections/lists.ts";
import "./sections/paths.ts";
import "./sections/methods.ts";
import "./sections/bodies.ts";
import "./sections/headers.ts";
import "./sections/microversions.ts";
import "./sections/errors.ts";
import "./sections/authentication.ts";
import "./sections/representation.ts";
import "./sections/discovery.ts";
import "./sections/catalogue.ts";
import "./sections/templates.ts";
import "./sections/data-model.ts";
import "./sections/audit-creation.ts";
import "./sections/audit-life.ts";
import "./sections/plans.ts";
import "./sections/webhooks.ts";
import "./sections/patches.ts";
import "./sections/traps.ts";
import "./sections/traps-of-clients.ts";
import "./sections/traps-of-suites.ts";
import "./sections/commands.ts";
import "./sections/options.ts";
import "./sections/webhooks-outage.ts";

beforeAll(async () => {
  await startContract();
});

// Once: the tests share one system, so one failure's logs hold the next one's.
let shown = false;
afterEach((context) => {
  if (context.task.result?.state !== "fail" || shown) return;
  shown = true;
  process.stderr.write(`${contract().system.logs()}
`);
});

afterAll(() => contract().system.stop());
