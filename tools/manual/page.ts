/** What the checks of the manual look at in one Markdown page: its links, the anchors of its headings, its code. */
import GithubSlugger from "github-slugger";
import { fromMarkdown } from "mdast-util-from-markdown";

/** A piece of a page, and the line it begins in, from 1. */
interface Piece {
  text: string;
  line: number;
}

export interface Page {
  /** Targets of links and images, as they are written. */
  links: Piece[];
  /** Where `#...` leads to: GitHub's name of each heading. */
  anchors: ReadonlySet<string>;
  /** Words set as code within a paragraph. */
  spans: Piece[];
  /** Lines of blocks marked `sh`. A line that goes on after a backslash is one with the next. */
  commands: Piece[];
}

type Node = ReturnType<typeof fromMarkdown>["children"][number] | ReturnType<typeof fromMarkdown>;

export function readPage(markdown: string): Page {
  const slugger = new GithubSlugger();
  const links: Piece[] = [];
  const anchors = new Set<string>();
  const spans: Piece[] = [];
  const commands: Piece[] = [];
  forEachNode(fromMarkdown(markdown), (node) => {
    const line = node.position?.start.line ?? 0;
    if (node.type === "link" || node.type === "image" || node.type === "definition") {
      links.push({ text: node.url, line });
    } else if (node.type === "heading") {
      anchors.add(slugger.slug(wordsOf(node)));
    } else if (node.type === "inlineCode") {
      spans.push({ text: node.value, line });
    } else if (node.type === "code" && node.lang === "sh") {
      commands.push(...commandsOf(node.value, line + 1));
    }
  });
  return { links, anchors, spans, commands };
}

function forEachNode(node: Node, visit: (node: Node) => void): void {
  visit(node);
  if ("children" in node) for (const child of node.children) forEachNode(child, visit);
}

function wordsOf(node: Node): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(wordsOf).join("") : "";
}

function commandsOf(block: string, firstLine: number): Piece[] {
  const commands: Piece[] = [];
  let open: Piece | undefined;
  for (const [index, text] of block.split("\n").entries()) {
    if (open === undefined) {
      open = { text, line: firstLine + index };
      commands.push(open);
    } else {
      open.text += ` ${text.trim()}`;
    }
    if (!open.text.endsWith("\\")) open = undefined;
    else open.text = open.text.slice(0, -1).trimEnd();
  }
  return commands;
}
