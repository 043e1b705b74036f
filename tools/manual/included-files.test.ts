import { describe, expect, it } from "vitest";
import { withIncludedFiles } from "./included-files.ts";

describe("included files", () => {
  const page = "before\n\n<!-- file: a.ts -->\n\nafter\n";
  const first = withIncludedFiles(page, (path) => `// ${path} $& 1\n`);

  it("are written after their mark", () => {
    expect(first).toBe("before\n\n<!-- file: a.ts -->\n```ts\n// a.ts $& 1\n```\n\nafter\n");
  });

  it("take the place of what was there", () => {
    expect(withIncludedFiles(first, () => "two\nlines")).toBe(
      "before\n\n<!-- file: a.ts -->\n```ts\ntwo\nlines\n```\n\nafter\n",
    );
  });
});
