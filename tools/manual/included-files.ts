/**
 * Files that a page shows whole: after a mark `<!-- file: path -->` comes a code block with the file's text.
 * The block is written by `make docs`, so that what readers see is what is compiled and tested.
 */
const BLOCK = /^<!-- file: (\S+) -->\n(?:```ts\n[\s\S]*?\n```\n)?/gm;

/** The page with each mark followed by the file as it is now. @param read text of a file, by its path */
export function withIncludedFiles(page: string, read: (path: string) => string): string {
  return page.replace(
    BLOCK,
    (_, path: string) => `<!-- file: ${path} -->\n\`\`\`ts\n${read(path).trimEnd()}\n\`\`\`\n`,
  );
}
