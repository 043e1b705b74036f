/**
 * Files of oslo.config, as Watcher's own parser reads them (oslo_config/iniparser.py, cfg.py): an INI whose values go on
 * in indented lines, whose options may be given several times, and may name one another by `$name`.
 */

/** One option of a file; several of one name are kept in order. */
export interface OsloOption {
  section: string;
  /** Where it stands, if that is another section. */
  statedIn?: string;
  name: string;
  /** Lines of a value that goes on are joined by line feeds. */
  value: string;
  /** 1 for the first. */
  line: number;
}

export interface OsloFile {
  options: OsloOption[];
  /** Lines that can't be read, in words; a value is never repeated, it may be secret. */
  problems: string[];
}

const DEFAULT_SECTION = "DEFAULT";
const REFERENCE = /\$(?:(\$)|([A-Za-z_][\w.]*)|\{([A-Za-z_][\w.-]*)\})|\\\$/g;
/** References within references; deeper ones are a ring. */
const DEPTH_MAX = 16;

/** Reads the text of a file, references left as they stand. */
export function readOsloIni(text: string): OsloFile {
  const options: OsloOption[] = [];
  const problems: string[] = [];
  let section = DEFAULT_SECTION;
  let open: OsloOption | undefined;
  // A byte order mark is what some editors begin with.
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    // An empty line ends a value that goes on.
    if (trimmed === "") open = undefined;
    else if (/^[#;]/.test(raw)) continue;
    else if (/^[ \t]/.test(raw)) {
      if (open === undefined)
        problems.push(`line ${line}: goes on with a value, and there is none before it`);
      else open.value += `\n${trimmed}`;
    } else if (raw.startsWith("[")) {
      const name = /^\[([^\]]+)\]$/.exec(trimmed)?.[1];
      if (name === undefined) problems.push(`line ${line}: a section is wanted as [name]`);
      else section = name.toUpperCase() === DEFAULT_SECTION ? DEFAULT_SECTION : name;
      open = undefined;
    } else {
      const at = raw.search(/[:=]/);
      const name = at < 0 ? "" : raw.slice(0, at).trim();
      open = undefined;
      if (name === "") problems.push(`line ${line}: wanted name = value`);
      else {
        // Names may be written with dashes, as on the command line.
        open = { section, name: name.replaceAll("-", "_"), value: unquoted(raw.slice(at + 1).trim()), line };
        options.push(open);
      }
    }
  }
  return { options, problems };
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

/** The last of those of one name, which is what an option that takes one value is. */
export function lastOf(
  options: readonly OsloOption[],
  section: string,
  name: string,
): OsloOption | undefined {
  return options.findLast((option) => option.section === section && option.name === name);
}

/**
 * A value with its references filled in: `$name` and `${name}` of the same section or else of DEFAULT, `$section.name` of
 * another; `$$` and `\$` stand for a dollar sign.
 * @returns what could not be found, by name, beside the text, in which it stays as it was
 */
export function interpolated(
  options: readonly OsloOption[],
  option: OsloOption,
  depth = 0,
): { value: string; unknown: string[] } {
  const unknown: string[] = [];
  const value = option.value.replace(REFERENCE, (whole, dollar?: string, bare?: string, braced?: string) => {
    if (whole === "\\$" || dollar !== undefined) return "$";
    const name = (bare ?? braced ?? "").replace(/\.$/, "");
    const found = depth < DEPTH_MAX ? referred(options, option.section, name) : undefined;
    if (found === undefined) {
      unknown.push(name);
      return whole;
    }
    const inner = interpolated(options, found, depth + 1);
    unknown.push(...inner.unknown);
    return inner.value;
  });
  return { value, unknown };
}

function referred(options: readonly OsloOption[], section: string, name: string): OsloOption | undefined {
  const dot = name.lastIndexOf(".");
  if (dot > 0) return lastOf(options, name.slice(0, dot), name.slice(dot + 1));
  return lastOf(options, section, name) ?? lastOf(options, DEFAULT_SECTION, name);
}
