/** `make release`: the files of a release of the commit that is checked out, below dist/. See docs/release.md. */
import { parseArgs } from "node:util";
import { ARCHITECTURES, type Architecture } from "./release/architectures.ts";
import { buildRelease } from "./release/build.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: ARCHITECTURES.join(",") },
    out: { type: "string", default: "dist" },
  },
});

function isArchitecture(text: string): text is Architecture {
  return (ARCHITECTURES as readonly string[]).includes(text);
}

const wanted = values.arch.split(",");
const unknown = wanted.filter((one) => !isArchitecture(one));
if (unknown.length > 0) {
  process.stderr.write(
    `error: there is no release for ${unknown.join(", ")}; --arch takes ${ARCHITECTURES.join(",")}\n`,
  );
  process.exit(2);
}
try {
  await buildRelease({ architectures: wanted.filter(isArchitecture), out: values.out });
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
