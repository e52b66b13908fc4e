/** The legend under a drawing, in the page's own type, so that it wraps, zooms and prints. */

import type { LegendEntry } from "./drawing.ts";
import type { Dash, Shape } from "./palette.ts";

const SVG = "http://www.w3.org/2000/svg";

/** A list of the entries; hidden from screen readers, which read the table. */
export function legend(entries: readonly LegendEntry[]): HTMLElement {
  const list = document.createElement("ul");
  list.className = "chart-legend";
  list.setAttribute("aria-hidden", "true");
  for (const entry of entries) {
    const item = document.createElement("li");
    item.append(swatch(entry), entry.label);
    list.append(item);
  }
  return list;
}

function swatch({ kind, mark }: LegendEntry): SVGElement {
  const width = kind === "line" ? 28 : 16;
  const picture = element("svg", { width, height: 16, viewBox: `0 0 ${width} 16` });
  if (kind === "area") {
    picture.append(element("rect", { x: 1, y: 2, width: 14, height: 12, fill: mark.colour, class: "chart-swatch" }));
    return picture;
  }
  if (kind === "line") {
    picture.append(
      element("line", { x1: 0, x2: width, y1: 8, y2: 8, stroke: mark.colour, "stroke-width": 2, "stroke-dasharray": DASHES[mark.dash] }),
    );
  }
  picture.append(element("path", { d: shapeAt(mark.symbol, width / 2), fill: mark.colour }));
  return picture;
}

const DASHES: Record<Dash, string> = { solid: "none", dashed: "6 4", dotted: "2 3" };

function shapeAt(symbol: Shape, x: number): string {
  switch (symbol) {
    case "circle":
      return `M${x - 5} 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`;
    case "rect":
      return `M${x - 4.5} 3.5h9v9h-9z`;
    case "triangle":
      return `M${x} 3l5.5 10h-11z`;
    case "diamond":
      return `M${x} 2l5 6l-5 6l-5 -6z`;
  }
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}
