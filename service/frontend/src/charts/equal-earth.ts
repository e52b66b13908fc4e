/** The Equal Earth projection: areas keep their proportions, as a map of shares must.
 *
 * B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal of
 * Geographical Information Science 33 (2019), https://doi.org/10.1080/13658816.2018.1504949
 */

const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;
const SCALE = 100;

export type Pair = [number, number];

/** Longitude and latitude in degrees to the plane, y downwards, about 540 wide. */
export function project([longitude, latitude]: readonly number[]): Pair {
  const theta = Math.asin(M * Math.sin((latitude ?? 0) * RADIANS));
  const square = theta * theta;
  const sixth = square * square * square;
  const x = ((longitude ?? 0) * RADIANS * Math.cos(theta)) / (M * slope(square, sixth));
  const y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square));
  return [x * SCALE, -y * SCALE];
}

/** The inverse, by Newton's method: the plane to longitude and latitude in degrees. */
export function unproject([x, y]: readonly number[]): Pair {
  const height = -(y ?? 0) / SCALE;
  let theta = height;
  for (let step = 0; step < 12; step += 1) {
    const square = theta * theta;
    const sixth = square * square * square;
    const error = theta * (A1 + A2 * square + sixth * (A3 + A4 * square)) - height;
    const change = error / slope(square, sixth);
    theta -= change;
    if (Math.abs(change) < 1e-12) break;
  }
  const square = theta * theta;
  const longitude = (M * (x ?? 0) * slope(square, square * square * square)) / (SCALE * Math.cos(theta));
  const latitude = Math.asin(Math.max(-1, Math.min(1, Math.sin(theta) / M)));
  return [longitude / RADIANS, latitude / RADIANS];
}

/** The derivative of y by theta. */
function slope(square: number, sixth: number): number {
  return A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square);
}
