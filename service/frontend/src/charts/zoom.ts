/** Buttons that zoom a map of points. The wheel and a finger go on scrolling the page. */

import type { ECharts, Option } from "./echarts.ts";

const STEP = 1.6;
const MOST = 24;

export class ZoomButtons {
  readonly element = document.createElement("div");
  private readonly chart: ECharts;
  private readonly out: HTMLButtonElement;
  private readonly whole: HTMLButtonElement;
  private readonly closer: HTMLButtonElement;
  private zoom = 1;
  private center: unknown;

  constructor(chart: ECharts) {
    this.chart = chart;
    this.element.className = "chart-zoom";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Zoom");
    this.closer = this.button("Zoom in", () => this.to(this.zoom * STEP));
    this.out = this.button("Zoom out", () => this.to(this.zoom / STEP));
    this.whole = this.button("Whole world", () => this.to(1));
  }

  /** The map was drawn anew: start from what its option says. */
  drawn(option: Option): void {
    const geo = Array.isArray(option.geo) ? option.geo[0] : option.geo;
    this.zoom = geo?.zoom ?? 1;
    this.center = geo?.center;
    this.enable();
  }

  private to(zoom: number): void {
    const next = Math.min(MOST, Math.max(1, zoom));
    const now = this.chart.getOption()["geo"] as { center?: unknown }[] | undefined;
    const center = next === 1 ? null : (now?.[0]?.center ?? this.center ?? null);
    this.zoom = next;
    this.chart.setOption({ geo: { zoom: next, center, roam: next > 1 ? "move" : false } });
    this.enable();
  }

  private enable(): void {
    this.out.setAttribute("aria-disabled", String(this.zoom <= 1));
    this.whole.setAttribute("aria-disabled", String(this.zoom <= 1));
    this.closer.setAttribute("aria-disabled", String(this.zoom >= MOST));
  }

  private button(label: string, act: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") act();
    });
    this.element.append(made);
    return made;
  }
}
