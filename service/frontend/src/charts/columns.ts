/** The columns that the nodes of a flow stand in. */

import type { Flow } from "./data.ts";

/** The column of each node: the longest way to it. The links have no cycle; one that closes a
 * cycle all the same is not followed twice. */
export function depths(nodes: readonly string[], links: readonly Flow[]): Map<string, number> {
  const found = new Map(nodes.map((name) => [name, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false;
    for (const { source, target } of links) {
      const least = (found.get(source) ?? 0) + 1;
      if ((found.get(target) ?? 0) < least && least < nodes.length) {
        found.set(target, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return found;
}
