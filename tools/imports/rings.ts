/** Who imports whom. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The rings of a graph, each as the list of its members in the order of the arrows. Every member of a ring is
 * reported in one ring at least, not every possible ring.
 */
export function findRings(graph: Graph): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const rings: string[][] = [];
  const visit = (node: string) => {
    const at = path.indexOf(node);
    if (at >= 0) {
      rings.push(path.slice(at));
      return;
    }
    if (done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return rings;
}
