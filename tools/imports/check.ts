import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { findRings } from "./rings.ts";
import { type Arrows, IMPURE_GLOBALS, isTestFile, PURE_PACKAGES, TEST_ARROWS } from "./rules.ts";
import { findImports, findImpureUses, type Import, parse } from "./syntax.ts";
import type { Package, SourceFile, Workspace } from "./workspace.ts";

const SCOPE = "@vigil/";

type ArrowTable = Readonly<Record<string, Arrows>>;

/** Everything that is wrong with the imports of a workspace, one line each; empty when all is well. */
export function checkImports(workspace: Workspace, arrows: ArrowTable): string[] {
  const problems = workspace.packages.flatMap((pkg) => checkPackage(pkg, workspace, arrows));
  return [...problems, ...checkPackageRings(workspace), ...checkTable(workspace.architecture, arrows)];
}

function checkPackage(pkg: Package, workspace: Workspace, arrows: ArrowTable): string[] {
  const own = arrows[pkg.name];
  if (!own) return [`packages/${pkg.name}: no row in the table of arrows (tools/imports/rules.ts)`];
  const problems: string[] = [];
  const graph = new Map<string, Set<string>>();
  for (const file of pkg.files) {
    const program = parse(file.path, file.text);
    const imports = findImports(program, file.text);
    graph.set(file.path, new Set(imports.flatMap((each) => relativeTarget(file, each) ?? [])));
    for (const each of imports) {
      const problem = checkImport(each, file, pkg, own, workspace);
      if (problem) problems.push(`${file.path}:${each.line}: ${problem}`);
    }
    if (PURE_PACKAGES.includes(pkg.name) && !isTestFile(file.path)) {
      for (const { what, line } of findImpureUses(program, file.text, IMPURE_GLOBALS)) {
        problems.push(
          `${file.path}:${line}: ${pkg.name} is pure and must not use ${what}; take it as an argument`,
        );
      }
    }
  }
  const rings = findRings(graph).map((ring) => `ring of files: ${[...ring, ring[0]].join(" -> ")}`);
  return [...problems, ...rings];
}

function relativeTarget(file: SourceFile, { specifier }: Import): string | undefined {
  return specifier.startsWith(".") ? join(dirname(file.path), specifier) : undefined;
}

function checkImport(each: Import, file: SourceFile, pkg: Package, own: Arrows, workspace: Workspace) {
  const { specifier } = each;
  const target = relativeTarget(file, each);
  if (target !== undefined) return checkRelative(specifier, target, file, pkg);
  if (isBuiltin(specifier)) return checkBuiltin(specifier, file, pkg);
  return checkDeclared(each, file, pkg, workspace) ?? checkArrow(each, file, own);
}

function checkRelative(
  specifier: string,
  target: string,
  file: SourceFile,
  pkg: Package,
): string | undefined {
  if (!target.startsWith(`packages/${pkg.name}/`)) {
    return `${specifier} leaves the package; import another package by its name`;
  }
  return isTestFile(target) && !isTestFile(file.path) ? `${specifier} is for tests only` : undefined;
}

function checkBuiltin(specifier: string, file: SourceFile, pkg: Package): string | undefined {
  if (PURE_PACKAGES.includes(pkg.name) && !isTestFile(file.path)) {
    return `${pkg.name} is pure and must not import ${specifier}`;
  }
  return specifier.startsWith("node:") ? undefined : `write node:${specifier}`;
}

function checkDeclared(
  each: Import,
  file: SourceFile,
  pkg: Package,
  workspace: Workspace,
): string | undefined {
  const name = packageName(each.specifier);
  const { dependencies, devDependencies } = pkg.manifest;
  if (dependencies.has(name)) return undefined;
  // Types are erased, so that production does without the package.
  if (devDependencies.has(name) && each.typeOnly) return undefined;
  const isDev = devDependencies.has(name) || workspace.rootDevDependencies.has(name);
  if (isTestFile(file.path) && isDev) return undefined;
  return `${name} is not in the dependencies of packages/${pkg.name}/package.json`;
}

function checkArrow(each: Import, file: SourceFile, own: Arrows): string | undefined {
  const name = packageName(each.specifier);
  if (!name.startsWith(SCOPE)) return undefined;
  const target = name.slice(SCOPE.length);
  if (own.code.includes(target)) return undefined;
  if (own.types.includes(target)) {
    return each.typeOnly ? undefined : `only types of ${name} may be imported; write import type`;
  }
  if (isTestFile(file.path) && TEST_ARROWS.includes(target)) return undefined;
  return `forbidden arrow to ${name}; docs/architecture.md has the table`;
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function checkPackageRings({ packages }: Workspace): string[] {
  const graph = new Map<string, Set<string>>();
  for (const pkg of packages) {
    const production = pkg.files.filter((file) => !isTestFile(file.path));
    const imports = production.flatMap((file) => findImports(parse(file.path, file.text), file.text));
    const targets = imports
      .map(({ specifier }) => packageName(specifier))
      .filter((name) => name.startsWith(SCOPE));
    graph.set(pkg.name, new Set(targets.map((name) => name.slice(SCOPE.length))));
  }
  return findRings(graph).map((ring) => `ring of packages: ${[...ring, ring[0]].join(" -> ")}`);
}

/** The page and the data must say the same. */
function checkTable(architecture: string, arrows: ArrowTable): string[] {
  const rows = new Map<string, string>();
  for (const [, name, cell] of architecture.matchAll(/^\| `(\w+)` \|[^|]*\|([^|]*)\|$/gm)) {
    if (name && cell !== undefined) rows.set(name, cell.trim());
  }
  const wanted = new Map(Object.entries(arrows).map(([name, own]) => [name, cellOf(own, arrows)]));
  const problems: string[] = [];
  for (const name of new Set([...rows.keys(), ...wanted.keys()])) {
    const isSame = rows.get(name) === wanted.get(name);
    if (isSame) continue;
    problems.push(
      `docs/architecture.md: row ${name} says "${rows.get(name) ?? "(no row)"}", tools/imports/rules.ts says "${wanted.get(name) ?? "(no row)"}"`,
    );
  }
  return problems;
}

function cellOf({ code, types }: Arrows, arrows: ArrowTable): string {
  if (types.length > 0) return `types of ${types.join(", ")} only`;
  if (code.length === Object.keys(arrows).length - 2) return "all but testkit";
  return code.length === 0 ? "(pure: no `node:*`, clock, randomness, logger)" : code.join(", ");
}
