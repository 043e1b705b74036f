/** Writes deploy/nats/permissions.conf from packages/bus/src/permissions.ts; a test fails when they differ. */

import { writeFileSync } from "node:fs";
import { permissionsConfig } from "@vigil/bus";

const HEADER =
  "# What each role of Vigil may do on NATS. Written by tools/nats-permissions.ts; do not edit.\n\n";

writeFileSync(
  new URL("../deploy/nats/permissions.conf", import.meta.url),
  `${HEADER}${permissionsConfig()}\n`,
);
