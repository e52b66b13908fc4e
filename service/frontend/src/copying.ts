/** Buttons that copy: `<pre data-copy>` and the like get one, which copies their text. The value of
 * the attribute, where there is one, is what the button says it copies: `data-copy="the citation"`. */

import { announce } from "./announce.ts";

const SHOWN = 2000;

/** Give each `[data-copy]` element its button; the element is what is copied. */
export function enhanceCopying(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    const what = element.dataset["copy"] || element.getAttribute("aria-label");
    if (what) {
      const rest = document.createElement("span");
      rest.className = "unseen";
      rest.textContent = ` ${what}`;
      button.append(rest);
    }
    button.addEventListener("click", () => void copy(element, button));
    element.after(button);
  }
}

async function copy(element: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const text = (element.textContent ?? "").trim();
  const done = (await written(text)) || commanded(element);
  const label = button.firstChild;
  if (!label) return;
  label.textContent = done ? "Copied" : "Selected: press Ctrl+C";
  announce(done ? "Copied" : "The text is selected. Press Control C to copy it.");
  setTimeout(() => {
    label.textContent = "Copy";
  }, SHOWN);
}

/** The clipboard of the browser; there is none on a page that came over plain HTTP. */
async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The old way, through the selection, which stays where even that fails. */
function commanded(element: HTMLElement): boolean {
  const selection = getSelection();
  if (!selection) return false;
  selection.selectAllChildren(element);
  try {
    if (!document.execCommand("copy")) return false;
  } catch {
    return false;
  }
  selection.removeAllRanges();
  return true;
}
