import { readFileSync } from "node:fs";
import { suggestion, VigilError } from "@vigil/core";
import { isMap, isScalar, parseDocument } from "yaml";
import { SETTINGS, type SettingName } from "./settings.ts";

export type FileValues = Partial<Record<SettingName, string>>;

/**
 * Reads a YAML file of settings: one level, each key once, each value a scalar. Empty values count as unset.
 * @throws VigilError invalid-input naming every key that is wrong; values are never quoted, they may be secret.
 */
export function readConfigFile(path: string): FileValues {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw new VigilError(
      "invalid-input",
      `cannot read the configuration file ${path}: ${(error as Error).message}; correct --config or VIGIL_CONFIG`,
      { cause: error },
    );
  }
  return parseConfigText(content, path);
}

/** As `readConfigFile`, from text; `path` is for messages. */
export function parseConfigText(content: string, path: string): FileValues {
  // prettyErrors would quote the lines around a mistake, passwords included.
  const document = parseDocument(content, { schema: "failsafe", prettyErrors: false });
  const mistake = document.errors[0];
  if (mistake) {
    const line = content.slice(0, mistake.pos[0]).split("\n").length;
    throw new VigilError("invalid-input", `${path}, line ${line}: not readable as YAML (${mistake.code})`);
  }
  const { contents } = document;
  if (contents === null) return {};
  if (!isMap(contents)) {
    throw new VigilError("invalid-input", `${path}: wanted lines of the form \`http_port: 9322\``);
  }
  const values: FileValues = {};
  const problems: string[] = [];
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : "?";
    const setting = SETTINGS.find(({ fileKey }) => fileKey === name);
    const known = SETTINGS.map(({ fileKey }) => fileKey);
    if (!setting) problems.push(`unknown key ${name}${suggestion(name, known)}`);
    else if (value === null) continue;
    else if (!isScalar(value))
      problems.push(`${name}: wanted ${setting.wanted}, seen a list or a group of keys`);
    else if (value.value !== "") values[setting.name] = String(value.value);
  }
  if (problems.length > 0) throw new VigilError("invalid-input", `${path}: ${problems.join("\n")}`);
  return values;
}
