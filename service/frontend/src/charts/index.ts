/** The charts of a page. This module is loaded only where a page has one. */

import { readChart } from "./data.ts";
import { ChartFigure, drawn } from "./figure.ts";

/** Draw the chart of each figure; one that cannot be drawn says so and keeps its description. */
export async function drawCharts(figures: Iterable<HTMLElement>): Promise<void> {
  await Promise.all([...figures].map(drawChart));
}

async function drawChart(figure: HTMLElement): Promise<void> {
  try {
    const source = document.getElementById(figure.dataset["chart"] ?? "");
    const data = readChart(source?.textContent ?? "");
    new ChartFigure(figure, data, await drawn(data));
  } catch (error) {
    undrawn(figure);
    console.warn("A chart could not be drawn.", error);
  }
}

/** Say that there is no drawing. */
export function undrawn(figure: HTMLElement): void {
  figure.querySelectorAll(".chart-scroll, .chart-title, .chart-below").forEach((part) => part.remove());
  const note = document.createElement("p");
  note.className = "chart-note";
  note.textContent = "The chart could not be drawn. The table has the same figures.";
  figure.append(note);
}
