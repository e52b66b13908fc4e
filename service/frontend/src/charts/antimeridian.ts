/** Rings that cross the 180th meridian, cut along it: on a flat map a line between a point near
 * +180 and one near -180 would run across the whole world. */

export type Position = [number, number];

const HALF = 180;
const TURN = 360;

/** The parts of a ring of longitudes and latitudes, each between -180 and 180; closed as it was. */
export function cut(ring: readonly (readonly number[])[]): Position[][] {
  const whole = unrolled(ring);
  const [west, east] = [Math.min(...whole.map((at) => at[0])), Math.max(...whole.map((at) => at[0]))];
  if (west >= -HALF && east <= HALF) return [whole];
  const parts: Position[][] = [];
  for (let turn = Math.floor((west + HALF) / TURN); turn * TURN - HALF < east; turn += 1) {
    const moved = whole.map(([x, y]): Position => [x - turn * TURN, y]);
    const part = clipped(clipped(moved, -HALF, 1), HALF, -1);
    if (part.length >= 4) parts.push(part);
  }
  return parts;
}

/** The ring with longitudes that go on past 180 rather than jump. */
function unrolled(ring: readonly (readonly number[])[]): Position[] {
  let shift = 0;
  let before: number | undefined;
  return ring.map((at): Position => {
    const [x, y] = [at[0] ?? 0, at[1] ?? 0];
    if (before !== undefined && x - before > HALF) shift -= TURN;
    if (before !== undefined && x - before < -HALF) shift += TURN;
    before = x;
    return [x + shift, y];
  });
}

/** What of a closed ring lies to the right (1) or to the left (-1) of a meridian, closed. */
function clipped(ring: readonly Position[], meridian: number, side: 1 | -1): Position[] {
  const inside = ([x]: Position): boolean => (x - meridian) * side >= 0;
  const made: Position[] = [];
  ring.forEach((here, index) => {
    const last = ring[index - 1];
    if (last && inside(last) !== inside(here)) {
      const share = (meridian - last[0]) / (here[0] - last[0]);
      made.push([meridian, last[1] + share * (here[1] - last[1])]);
    }
    if (inside(here)) made.push(here);
  });
  const [first, end] = [made[0], made.at(-1)];
  if (first && end && (first[0] !== end[0] || first[1] !== end[1])) made.push(first);
  return made;
}
