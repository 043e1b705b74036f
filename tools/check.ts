/** `make check`: everything that is checked without running the program. */
import { join } from "node:path";
import { runChecks } from "./testing/checks.ts";

const { failed } = await runChecks(join(import.meta.dirname, ".."));
process.exitCode = failed === 0 ? 0 : 1;
