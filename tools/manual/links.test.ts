import { expect, test } from "vitest";
import { problemsOfLinks } from "./links.ts";
import { readPage } from "./page.ts";

/** Problems of a project that has these pages, and two files beside them. */
function problems(texts: Record<string, string>): string[] {
  const pages = new Map(Object.entries(texts).map(([path, text]) => [path, readPage(text)]));
  const files = ["LICENSE", "docs", "examples", "docs/guide", ...pages.keys()];
  return problemsOfLinks(pages, (path) => files.includes(path));
}

test("links that lead somewhere", () => {
  const index = [
    "# The *manual* of `vigil`",
    "[page](guide/a.md#two-words) [own](#the-manual-of-vigil) [up](../LICENSE) [folder](../examples/)",
    "[second](#again-1) [site](https://example.org/nothing#here) [mail](mailto:a@example.org)",
    "## Again",
    "## Again",
    "`[no](link.md)`",
  ];
  expect(problems({ "docs/README.md": index.join("\n\n"), "docs/guide/a.md": "## Two words\n" })).toEqual([]);
});

test.each([
  ["a file that is not there", "[x](nowhere.md)", "there is no docs/nowhere.md"],
  [
    "a heading that is not there",
    "[x](guide/a.md#one)",
    "docs/guide/a.md has no heading #one, only #two-words",
  ],
  ["a heading of its own that is not there", "[x](#nope)", "docs/README.md has no heading #nope"],
  ["a heading of a file that has none", "[x](../LICENSE#top)", "LICENSE is no page"],
  ["a path out of the project", "[x](../../etc/passwd)", "leads out of the project"],
  ["the root of a site", "[x](/docs/guide/a.md)", "begins at the root of a site"],
  ["an image that is not there", "![x](picture.png)", "there is no docs/picture.png"],
  ["a definition", "[x][y]\n\n[y]: nowhere.md", "there is no docs/nowhere.md"],
  ["a cell of a table", "| a |\n|---|\n| [x](nowhere.md) |", "there is no docs/nowhere.md"],
])("%s is told, with its place", (_, text, problem) => {
  const index = `[a](guide/a.md)\n\n${text}\n`;
  const found = problems({ "docs/README.md": index, "docs/guide/a.md": "## Two words\n" });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^docs\/README\.md:\d+: /);
  expect(found[0]).toContain(problem);
});

test("a page of the manual that nobody can find is told; a page elsewhere is not", () => {
  const found = problems({
    "README.md": "[lost](docs/lost.md)",
    "docs/README.md": "[guide](guide)",
    "docs/guide/README.md": "[a](a.md)",
    "docs/guide/a.md": "",
    "docs/lost.md": "[index](README.md)",
    "examples/README.md": "",
  });
  expect(found).toEqual(["docs/lost.md: no link leads here from docs/README.md; add one"]);
});
