import { expect, test } from "vitest";
import { problemsOfNames } from "./names.ts";
import { readPage } from "./page.ts";

const NAMES = {
  commands: new Map([
    ["", new Set(["--version"])],
    ["up", new Set(["--http-port"])],
    ["events", new Set<string>()],
    ["events list", new Set(["--audit", "--json", "-n"])],
  ]),
  settings: new Set(["VIGIL_HTTP_PORT", "VIGIL_NATS_NKEY_SEED"]),
  exists: (path: string) => path === "packages/core",
};

function problems(markdown: string): string[] {
  return problemsOfNames("page.md", markdown, readPage(markdown), NAMES);
}

test("names that exist", () => {
  const page = [
    "Start `vigil up`, read `packages/core/`, `packages/*/src` or `packages/NAME/README.md`, ask `vigil events list`.",
    "VIGIL_HTTP_PORT, `VIGIL_NATS_NKEY_SEED_FILE`, VIGIL_NATS_TLS_* and the stream `VIGIL_EVENTS`.",
    "```sh",
    "VIGIL_HTTP_PORT=1 npx vigil up --http-port=9322 &  # vigil is the program",
    "/usr/bin/vigil events list --audit hot-host \\",
    "  --json | jq .id; vigil --version",
    "useradd --system vigil && install -g vigil /etc/vigil/vigil.env --mode 1",
    "curl http://vigil/v1",
    "```",
    "```json",
    "vigil nothing",
    "```",
  ];
  expect(problems(page.join("\n"))).toEqual([]);
});

test.each([
  ["`vigil evnts list`", "there is no command vigil evnts list"],
  ["```sh\nvigil events lst\n```", "there is no command vigil events lst"],
  ["```sh\nX=1 npx vigil events list --audits a\n```", "vigil events list has no option --audits"],
  ["```sh\nvigil up; vigil up --htp-port 1\n```", "vigil up has no option --htp-port"],
  ["VIGIL_HTTP_PRT", "there is no setting VIGIL_HTTP_PRT"],
  ["`packages/cor/x.ts`", "there is no packages/cor/x.ts"],
])("%j names what is not there", (markdown, problem) => {
  const found = problems(markdown);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(problem);
});
