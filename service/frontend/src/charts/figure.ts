/** One figure of a page: the drawing, its title, legend and notes, drawn anew when it must be. */

import { bar } from "./bar.ts";
import type { ChartData } from "./data.ts";
import type { Drawing, Room } from "./drawing.ts";
import { init, type ECharts } from "./echarts.ts";
import { legend } from "./legend.ts";
import { line } from "./line.ts";
import { network } from "./network.ts";
import { palette } from "./palette.ts";
import { sankey } from "./sankey.ts";
import { ZoomButtons } from "./zoom.ts";

/** The width of a drawing on paper, in CSS pixels: that of an A4 page between its margins. */
const PAPER_WIDTH = 640;

export type Draw = (room: Room) => Drawing;

/** How to draw some data; the maps come with their shapes, and are loaded where there is one. */
export async function drawn(data: ChartData): Promise<Draw> {
  switch (data.kind) {
    case "bar":
      return (room) => bar(data, room);
    case "line":
      return (room) => line(data, room);
    case "sankey":
      return (room) => sankey(data, room);
    case "network":
      return (room) => network(data, room);
    case "areas": {
      const { areas } = await import("./map.ts");
      return (room) => areas(data, room);
    }
    case "points": {
      const { points } = await import("./map.ts");
      return (room) => points(data, room);
    }
  }
}

/** A figure element that a chart stands in. */
export class ChartFigure {
  private readonly figure: HTMLElement;
  private readonly draw: Draw;
  private readonly picture = part("div", "chart-drawing");
  private readonly scroll = part("div", "chart-scroll");
  private readonly below = part("div", "chart-below");
  private readonly zoom: ZoomButtons | null;
  private readonly chart: ECharts;
  private links: Drawing["links"];
  private width = 0;
  private printing = false;

  constructor(figure: HTMLElement, data: ChartData, draw: Draw) {
    this.figure = figure;
    this.draw = draw;
    const caption = figure.querySelector("figcaption");
    this.picture.setAttribute("role", "img");
    if (caption) {
      caption.id ||= `${figure.dataset["chart"] ?? "chart"}-description`;
      this.picture.setAttribute("aria-labelledby", caption.id);
    } else {
      this.picture.setAttribute("aria-label", data.title);
    }
    this.scroll.append(this.picture);
    const parts: HTMLElement[] = [this.scroll, this.below];
    if (data.title) {
      const title = part("p", "chart-title");
      const unit = "unit" in data && data.unit ? `, ${data.unit}` : "";
      title.textContent = data.title.endsWith(unit) ? data.title : data.title + unit;
      parts.unshift(title);
    }
    for (const each of parts) figure.insertBefore(each, caption);
    figure.classList.add("chart-drawn");
    this.chart = init(this.picture, null, { renderer: "svg", width: 300, height: 200 });
    this.zoom = data.kind === "points" ? new ZoomButtons(this.chart) : null;
    this.chart.on("click", (event) => {
      const address = this.links?.(event.seriesIndex ?? 0, event.dataIndex) ?? "";
      if (sameOrigin(address)) location.assign(address);
    });
    this.render();
    this.follow();
  }

  /** Draw for the room and the colours that there are now. */
  render(): void {
    const style = getComputedStyle(this.figure);
    const inside = this.figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const available = this.printing ? Math.min(inside, PAPER_WIDTH) : inside;
    if (!(available > 0)) return; // folded away; the observer tells when it is seen
    this.width = inside;
    const room: Room = {
      width: Math.floor(available),
      colours: palette(this.figure),
      moving: !this.printing && !matchMedia("(prefers-reduced-motion: reduce)").matches,
    };
    let drawing = this.draw(room);
    const least = this.printing ? 0 : (drawing.leastWidth ?? 0);
    if (least > room.width) drawing = this.draw({ ...room, width: least });
    const width = Math.max(room.width, least);
    this.picture.style.width = `${width}px`;
    this.picture.style.height = `${drawing.height}px`;
    this.scrollable(width > room.width);
    this.chart.resize({ width, height: drawing.height, silent: true });
    this.chart.setOption(drawing.option, { notMerge: true });
    this.links = drawing.links;
    this.showBelow(drawing);
    this.zoom?.drawn(drawing.option);
  }

  private showBelow(drawing: Drawing): void {
    const parts: HTMLElement[] = [];
    if (this.zoom) parts.push(this.zoom.element);
    if (drawing.legend?.length) parts.push(legend(drawing.legend));
    for (const sentence of drawing.notes ?? []) {
      const note = part("p", "chart-note");
      note.textContent = sentence;
      parts.push(note);
    }
    const focused = document.activeElement;
    this.below.replaceChildren(...parts);
    if (focused instanceof HTMLElement && this.below.contains(focused)) focused.focus();
  }

  /** Tells this chart from the others of the page; nothing for the first. */
  private ordinal(): string {
    const all = [...document.querySelectorAll("figure.chart")];
    const index = all.findIndex((each) => each.contains(this.scroll));
    return index > 0 ? ` (number ${index + 1})` : "";
  }

  /** A drawing that is wider than its room can be reached and scrolled by the keyboard. */
  private scrollable(wider: boolean): void {
    if (wider) {
      this.scroll.tabIndex = 0;
      this.scroll.setAttribute("role", "region");
      this.scroll.setAttribute("aria-label", `Chart, scrolls sideways${this.ordinal()}`);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) this.scroll.removeAttribute(name);
    }
  }

  /** Draw anew when the room, the scheme or the medium changes. */
  private follow(): void {
    let waiting = 0;
    new ResizeObserver(() => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        if (Math.abs(this.figure.clientWidth - this.width) > 0.5 && !this.printing) this.render();
      });
    }).observe(this.figure);
    for (const query of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]) {
      matchMedia(query).addEventListener("change", () => this.render());
    }
    const paper = (printing: boolean): void => {
      if (this.printing === printing) return;
      this.printing = printing;
      this.figure.classList.toggle("chart-on-paper", printing);
      this.render();
    };
    addEventListener("beforeprint", () => paper(true));
    addEventListener("afterprint", () => paper(false));
    matchMedia("print").addEventListener("change", (event) => paper(event.matches));
  }
}

/** True for an address of this site: nothing that data say leads anywhere else. */
function sameOrigin(address: string): boolean {
  if (!address) return false;
  try {
    return new URL(address, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

function part(name: string, style: string): HTMLElement {
  const made = document.createElement(name);
  made.className = style;
  return made;
}
