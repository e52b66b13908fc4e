/** Figures as the pages write them, and the classes that a map shades. */

/** A figure as it reads: thousands apart, one decimal for a percentage, at most four decimals. */
export function figure(value: number, unit: string): string {
  const rounded = unit === "%" && Math.abs(value) >= 0.1 ? Math.round(value * 10) / 10 : value;
  if (rounded !== 0 && Math.abs(rounded) < 0.00005) return String(Number(rounded.toPrecision(3)));
  return rounded.toLocaleString("en", { maximumFractionDigits: 4 });
}

/** A figure with its unit. */
export function quantity(value: number, unit: string): string {
  const text = figure(value, unit);
  return unit ? `${text}\u00a0${unit}` : text;
}

/** A figure on an axis: short, since its neighbours tell the scale. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${figure(value / 1e9, "")} bn`;
  if (size >= 1e6) return `${figure(value / 1e6, "")} m`;
  return figure(value, "");
}

export interface Class {
  readonly from: number;
  readonly to: number;
}

/** At most `count` classes of equal width with round bounds that cover the values.
 *
 * Shares of the world (up to 100 %) get the fixed bounds 20, 40, 60, 80, so that two maps compare,
 * unless all of them are small. A value on a bound belongs to the class above it.
 */
export function classes(values: readonly number[], unit: string, count = 5): Class[] {
  if (values.length === 0) return [];
  const low = Math.min(0, ...values);
  const high = Math.max(...values);
  if (unit === "%" && low >= 0 && high > 40 && high <= 100) return steps(0, 20, 5);
  if (high === low) return [{ from: Math.min(0, low), to: high }];
  const step = roundStep((high - low) / count);
  const start = Math.floor(low / step) * step;
  return steps(start, step, Math.max(1, Math.ceil((high - start) / step - 1e-9)));
}

/** The index of the class that a value belongs to; the last one holds its upper bound too. */
export function classOf(value: number, found: readonly Class[]): number {
  const index = found.findIndex((each) => value < each.to);
  return index === -1 ? found.length - 1 : index;
}

function steps(start: number, step: number, count: number): Class[] {
  const bound = (index: number): number => Number((start + index * step).toPrecision(12));
  return Array.from({ length: count }, (_, index) => ({ from: bound(index), to: bound(index + 1) }));
}

/** The least of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `width`. */
function roundStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= width * (1 - 1e-9)) ?? 10;
  return factor * power;
}
