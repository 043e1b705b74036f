import { parseSync } from "oxc-parser";

/** An import of any form: declaration, re-export, `import()`, `import("x").T`, `import x = require("x")`. */
export interface Import {
  specifier: string;
  line: number;
  /** Leaves nothing behind when types are stripped. */
  typeOnly: boolean;
}

/** A use of something that pure code must not use. */
export interface ImpureUse {
  what: string;
  line: number;
}

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** @throws Error when the text is not TypeScript */
export function parse(path: string, text: string): Node {
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  return program as unknown as Node;
}

export function findImports(program: Node, text: string): Import[] {
  const found: Import[] = [];
  walk(program, (node) => {
    const source = sourceOf(node);
    if (typeof source?.value !== "string") return;
    found.push({ specifier: source.value, line: lineOf(text, node.start), typeOnly: isTypeOnly(node) });
  });
  return found;
}

function sourceOf(node: Node): Node | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return (node.source ?? undefined) as Node | undefined;
    case "TSExternalModuleReference":
      return node.expression as Node;
    default:
      return undefined;
  }
}

/** `import { type A }` is not: the module is loaded all the same under verbatimModuleSyntax. */
function isTypeOnly(node: Node): boolean {
  return node.importKind === "type" || node.exportKind === "type" || node.type === "TSImportType";
}

export function findImpureUses(program: Node, text: string, globals: readonly string[]): ImpureUse[] {
  const found: ImpureUse[] = [];
  walk(program, (node, parent, key) => {
    const what = impureUse(node, parent, key, globals);
    if (what) found.push({ what, line: lineOf(text, node.start) });
  });
  return found;
}

function impureUse(node: Node, parent: Node | undefined, key: string, globals: readonly string[]) {
  if (node.type === "MemberExpression" && isName(node.object, "Math") && isName(node.property, "random")) {
    return "Math.random";
  }
  if (node.type === "MemberExpression" && isName(node.object, "Date") && isName(node.property, "now")) {
    return "Date.now";
  }
  const isDateCall =
    (node.type === "NewExpression" || node.type === "CallExpression") && isName(node.callee, "Date");
  if (isDateCall && (node.type === "CallExpression" || (node.arguments as Node[]).length === 0)) {
    return node.type === "CallExpression" ? "Date()" : "new Date()";
  }
  if (node.type !== "Identifier" || !globals.includes(node.name as string)) return undefined;
  return isPlainProperty(parent, key) ? undefined : (node.name as string);
}

/** `x.process` and `{ process: 1 }` name a property, not the global. */
function isPlainProperty(parent: Node | undefined, key: string): boolean {
  if (!parent || parent.computed === true) return false;
  if (parent.type === "MemberExpression") return key === "property";
  const hasKey = [
    "Property",
    "PropertyDefinition",
    "MethodDefinition",
    "TSPropertySignature",
    "TSMethodSignature",
  ];
  return hasKey.includes(parent.type) && key === "key" && parent.shorthand !== true;
}

function isName(node: unknown, name: string): boolean {
  const { type, name: own, value } = (node ?? {}) as Node;
  return (type === "Identifier" && own === name) || (type === "Literal" && value === name);
}

function walk(node: Node, visit: (node: Node, parent: Node | undefined, key: string) => void): void {
  const step = (at: Node, parent: Node | undefined, key: string) => {
    visit(at, parent, key);
    for (const [childKey, value] of Object.entries(at)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) step(child, at, childKey);
    }
  };
  step(node, undefined, "");
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
