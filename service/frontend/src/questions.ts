/** What the scripts add to the pages of questions. Every page works without them. */

import { enhanceFields } from "./completion/index.ts";
import { enhanceCopying } from "./copying.ts";
import { enhanceExplanations } from "./explanations.ts";
import "./questions.css";

async function drawFigures(): Promise<void> {
  const figures = [...document.querySelectorAll<HTMLElement>("figure[data-chart]")];
  if (figures.length === 0) return;
  try {
    const { drawCharts } = await import("./charts/index.ts");
    await drawCharts(figures);
  } catch (error) {
    for (const figure of figures) figure.classList.add("chart-missing");
    console.warn("The charts could not be loaded.", error);
  }
}

enhanceFields(document);
enhanceExplanations(document);
enhanceCopying(document);
void drawFigures();
