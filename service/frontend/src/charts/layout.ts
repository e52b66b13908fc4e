/** Places for the nodes of a network, always the same for the same network. */

export interface Place {
  x: number;
  y: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type Links = readonly (readonly [number, number])[];

/** Room between the boxes of parts that are not linked to each other, in pixels. */
const GAP = 60;
/** A part of few nodes is no wider than this for each of them, in pixels. */
const FEW_APART = 70;

/** Places for `count` nodes in a box of `width` times `height`.
 *
 * Parts that are not linked to each other get boxes of their own, as large as they have nodes.
 */
export function places(count: number, links: Links, width: number, height: number): Place[] {
  const found: Place[] = Array.from({ length: count }, () => ({ x: 0, y: 0 }));
  share(components(count, links), { x: 0, y: 0, width, height }, (part, box) => {
    const at = new Map(part.map((node, index) => [node, index]));
    const own = links.flatMap(([one, other]): [number, number][] => {
      const [a, b] = [at.get(one), at.get(other)];
      return a === undefined || b === undefined ? [] : [[a, b]];
    });
    settled(part.length, own, box).forEach((place, index) => {
      found[part[index] as number] = place;
    });
  });
  return found;
}

/** The parts that hang together, the largest first. */
export function components(count: number, links: Links): number[][] {
  const part = Array.from({ length: count }, (_, index) => index);
  const root = (node: number): number => {
    let at = node;
    while (part[at] !== at) at = part[at] as number;
    return at;
  };
  for (const [one, other] of links) part[root(one)] = root(other);
  const found = new Map<number, number[]>();
  for (let node = 0; node < count; node += 1) {
    const at = root(node);
    found.set(at, [...(found.get(at) ?? []), node]);
  }
  return [...found.values()].sort((one, other) => other.length - one.length);
}

/** Halve the parts, and the box as they are large, until each part has a box. */
function share(parts: readonly number[][], box: Box, lay: (part: number[], box: Box) => void): void {
  const [first] = parts;
  if (!first) return;
  if (parts.length === 1) return lay(first, box);
  const weights = parts.map((part) => Math.sqrt(part.length) + part.length);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let [at, sum] = [0, 0];
  do sum += weights[at++] as number;
  while (at < parts.length - 1 && sum + (weights[at] as number) / 2 < whole / 2);
  const ratio = sum / whole;
  const wide = box.width >= box.height;
  const size = Math.max(0, (wide ? box.width : box.height) - GAP);
  const [before, after] = [size * ratio, size * (1 - ratio)];
  share(parts.slice(0, at), wide ? { ...box, width: before } : { ...box, height: before }, lay);
  const rest = wide
    ? { ...box, x: box.x + before + GAP, width: after }
    : { ...box, y: box.y + before + GAP, height: after };
  share(parts.slice(at), rest, lay);
}

/** Fruchterman and Reingold's forces: linked nodes attract, all repel each other, and a weak pull
 * leads to the middle. The first places are a spiral, so nothing is left to chance.
 *
 * T. Fruchterman, E. Reingold, "Graph drawing by force-directed placement", Software: Practice and
 * Experience 21 (1991), https://doi.org/10.1002/spe.4380211102
 */
function settled(count: number, links: Links, box: Box): Place[] {
  const found: Place[] = Array.from({ length: count }, (_, index) => {
    const angle = index * 2.399963229728653; // the golden angle
    const radius = Math.sqrt((index + 0.5) / count) / 2;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
  const near = Math.sqrt(1 / Math.max(1, count)) * 0.9;
  const rounds = count > 200 ? 100 : 300;
  for (let round = 0; round < rounds; round += 1) {
    step(found, links, near, 0.12 * (1 - round / rounds) + 0.001);
  }
  return fit(found, box);
}

function step(
  found: Place[],
  links: Links,
  near: number,
  most: number,
): void {
  const moves: Place[] = found.map(({ x, y }) => ({ x: -x * 0.6 * near, y: -y * 0.6 * near }));
  for (let one = 0; one < found.length; one += 1) {
    for (let other = one + 1; other < found.length; other += 1) {
      push(found, moves, one, other, (distance) => (near * near) / distance);
    }
  }
  for (const [one, other] of links) {
    push(found, moves, one, other, (distance) => -(distance * distance) / near);
  }
  found.forEach((place, index) => {
    const move = moves[index] as Place;
    const length = Math.hypot(move.x, move.y) || 1;
    place.x += (move.x / length) * Math.min(length, most);
    place.y += (move.y / length) * Math.min(length, most);
  });
}

/** Move two nodes apart by a force of their distance; together where it is negative. */
function push(
  found: readonly Place[],
  moves: readonly Place[],
  one: number,
  other: number,
  force: (distance: number) => number,
): void {
  const [a, b] = [found[one], found[other]];
  const [moveA, moveB] = [moves[one], moves[other]];
  if (!a || !b || !moveA || !moveB || one === other) return;
  const [dx, dy] = [a.x - b.x || 1e-4, a.y - b.y];
  const distance = Math.max(1e-3, Math.hypot(dx, dy));
  const strength = force(distance) / distance;
  moveA.x += dx * strength;
  moveA.y += dy * strength;
  moveB.x -= dx * strength;
  moveB.y -= dy * strength;
}

/** Stretch the places so that they fill the box, or the middle of it where they are few. */
function fit(found: readonly Place[], box: Box): Place[] {
  const along = (values: readonly number[], start: number, room: number) => {
    const size = Math.min(room, FEW_APART * found.length);
    const low = Math.min(...values);
    const range = Math.max(...values) - low;
    return (value: number): number =>
      start + (room - size) / 2 + (range > 1e-9 ? (value - low) / range : 0.5) * size;
  };
  const x = along(found.map((place) => place.x), box.x, box.width);
  const y = along(found.map((place) => place.y), box.y, box.height);
  return found.map((place) => ({ x: x(place.x), y: y(place.y) }));
}
