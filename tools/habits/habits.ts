/** Habits of the house that no other tool checks, as data. */
interface Habit {
  pattern: RegExp;
  why: string;
}

const LINES_MAX = 500;

const HABITS: readonly Habit[] = [
  { pattern: /^export \* /m, why: "export * hides what a package gives: name each export" },
  { pattern: /\b(TODO|FIXME|XXX)\b/, why: "unfinished work belongs on the tracker, not into the code" },
  {
    pattern: /\benum [A-Z]\w* \{|\bnamespace [A-Z]\w* \{/,
    why: "enums and namespaces do not survive type stripping",
  },
  {
    pattern: /\b(test|it|describe)\.only\(/,
    why: "a test that runs alone hides the others",
  },
  {
    // Within one statement: neither a quote nor a backtick in between.
    pattern: /\bid::text as id\b[^`"]*\border by id\b/,
    why: "`order by id` means the text that is selected as id: write `order by TABLE.id`, else pages leave rows out",
  },
];

/** What is wrong with one file, one line each. */
export function problemsOf(path: string, text: string): string[] {
  const problems: string[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > LINES_MAX)
    problems.push(`${path}: ${lines} lines; above ${LINES_MAX} a file has more than one subject`);
  for (const { pattern, why } of HABITS) {
    const found = pattern.exec(text);
    if (found) problems.push(`${path}:${text.slice(0, found.index).split("\n").length}: ${why}`);
  }
  return problems;
}
