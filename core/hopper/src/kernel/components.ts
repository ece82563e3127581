// Strongly connected components (Tarjan 1972), with a stack of its own instead of recursion: a graph is as
// deep as a program likes.

type Visit = { readonly node: number; next: number };

/** The components of the graph of nodes 0 … n−1 with these edges; within one, nodes ascend. */
export function componentsOf(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const order: (number | undefined)[] = edges.map(() => undefined);
  const low: number[] = edges.map(() => 0);
  const open: number[] = [];
  const isOpen: boolean[] = edges.map(() => false);
  const found: number[][] = [];
  let count = 0;

  const enter = (node: number): Visit => {
    order[node] = count;
    low[node] = count;
    count += 1;
    open.push(node);
    isOpen[node] = true;
    return { node, next: 0 };
  };
  const close = (root: number): void => {
    const members: number[] = [];
    let member: number;
    do {
      member = open.pop()!;
      isOpen[member] = false;
      members.push(member);
    } while (member !== root);
    found.push(members.sort((a, b) => a - b));
  };

  for (let start = 0; start < edges.length; start++) {
    if (order[start] !== undefined) continue;
    const path = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const { node } = visit;
      const to = edges[node]![visit.next];
      if (to === undefined) {
        path.pop();
        if (low[node] === order[node]) close(node);
        const from = path.at(-1);
        if (from !== undefined) low[from.node] = Math.min(low[from.node]!, low[node]!);
        continue;
      }
      visit.next += 1;
      if (order[to] === undefined) path.push(enter(to));
      else if (isOpen[to]) low[node] = Math.min(low[node]!, order[to]);
    }
  }
  return found;
}
