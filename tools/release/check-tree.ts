import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { findImports, parse } from "../imports/syntax.ts";
import { pathsOf } from "./tree.ts";

/**
 * Everything that the released sources import is released: a helper of tests that production code began to use would
 * otherwise be missed by whoever runs that part first. Types leave no import behind.
 *
 * @throws Error naming each import that leads nowhere
 */
export function checkImports(tree: string): void {
  const sources = pathsOf(tree).filter((path) => /^packages\/.*\.ts$/.test(path));
  const problems = sources.flatMap((path) => {
    const text = readFileSync(join(tree, path), "utf8");
    return findImports(parse(path, text), text)
      .filter(({ specifier, typeOnly }) => !typeOnly && !leadsSomewhere(tree, path, specifier))
      .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`);
  });
  if (problems.length > 0)
    throw new Error(
      `the release would lack what it imports (tools/release/tree.ts):\n${problems.join("\n")}`,
    );
}

function leadsSomewhere(tree: string, from: string, specifier: string): boolean {
  if (specifier.startsWith(".")) return existsSync(join(tree, dirname(from), specifier));
  if (isBuiltin(specifier)) return true;
  const [scope = "", name = ""] = specifier.split("/");
  return existsSync(join(tree, "node_modules", scope.startsWith("@") ? `${scope}/${name}` : scope));
}
