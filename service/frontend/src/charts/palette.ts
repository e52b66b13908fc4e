/** The colours of the charts: custom properties of the style sheet, so that the page's scheme,
 * light or dark, on screen or on paper, is that of the charts. */

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly land: string;
  readonly border: string;
  /** One colour for each series or group; see `style`. */
  readonly series: readonly string[];
  /** From little to much, for the classes of a map. */
  readonly ramp: readonly string[];
  readonly font: string;
}

export const SERIES = 6;
export const RAMP = 5;

/** Read the palette as it is now for an element. */
export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--chart-${name}`).trim() || "#777";
  const numbered = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => read(`${name}-${index + 1}`));
  return {
    paper: read("paper"),
    ink: read("ink"),
    soft: read("soft"),
    rule: read("rule"),
    land: read("land"),
    border: read("border"),
    series: numbered("series", SERIES),
    ramp: numbered("ramp", RAMP),
    font: style.fontFamily,
  };
}

export type Dash = "solid" | "dashed" | "dotted";
export type Shape = "circle" | "rect" | "triangle" | "diamond";

const SYMBOLS: readonly Shape[] = ["circle", "rect", "triangle", "diamond"];
const DASHES: readonly Dash[] = ["solid", "dashed", "dotted"];

export interface Mark {
  readonly colour: string;
  readonly symbol: Shape;
  readonly dash: Dash;
}

/** How the series or group with this index is marked: by colour, and never by colour alone.
 *
 * Neighbours differ in symbol; past the last colour the line is dashed, then dotted.
 */
export function mark(index: number, colours: Palette): Mark {
  const count = colours.series.length;
  return {
    colour: colours.series[index % count] ?? colours.ink,
    symbol: SYMBOLS[index % SYMBOLS.length] ?? "circle",
    dash: DASHES[Math.floor(index / count) % DASHES.length] ?? "solid",
  };
}
