/**
 * Makes the TypeScript types of proto/ in packages/proto/src/gen; with --check only compares them with what is
 * there, exit status 1 when they differ.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const GENERATED = join(ROOT, "packages/proto/src/gen");
const SOURCES = ["run", "record", "edit", "plan", "verify", "system"].map((name) => `vigil/v1/${name}.proto`);
/** The loader in packages/proto must be given the same choices. */
const OPTIONS = [
  ...["--longs=String", "--enums=String", "--defaults", "--oneofs", "--grpcLib=@grpc/grpc-js"],
  ...["--targetFileExtension=.ts", "--importFileExtension=.ts"],
];

function generate(folder: string): void {
  const program = join(ROOT, "node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js");
  const places = ["--includeDirs=proto", `--outDir=${folder}`];
  execFileSync(process.execPath, [program, ...OPTIONS, ...places, ...SOURCES], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

function readTree(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts"));
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function differences(wanted: Map<string, string>, found: Map<string, string>): string[] {
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].filter((name) => wanted.get(name) !== found.get(name)).sort();
}

function check(): void {
  const fresh = mkdtempSync(join(tmpdir(), "vigil-proto-types-"));
  try {
    generate(fresh);
    const differing = differences(readTree(fresh), readTree(GENERATED));
    for (const name of differing)
      process.stderr.write(`packages/proto/src/gen/${name} does not match proto/\n`);
    if (differing.length === 0) return;
    process.stderr.write("Run `make proto` and commit the result.\n");
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (process.argv.includes("--check")) {
  check();
} else {
  rmSync(GENERATED, { recursive: true, force: true });
  generate(GENERATED);
}
