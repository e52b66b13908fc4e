/** A list whose options depend on other parameters is filled anew when one of them changes. */

import type { Offer } from "./offers.ts";
import { changed, FieldNote, Source } from "./source.ts";

/** How often lists may change each other before the reader does something again. */
const MOST_TURNS = 8;

/** Enhance a list in which one thing is selected. */
export function enhanceDependent(select: HTMLSelectElement): void {
  const source = new Source(select);
  const note = new FieldNote(select);
  let asking: AbortController | null = null;
  let turns = 0;

  const reload = async (): Promise<void> => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    select.setAttribute("aria-busy", "true");
    try {
      const { options } = await source.find("", mine.signal);
      if (mine.signal.aborted) return;
      const before = select.value;
      note.say(refill(select, options));
      if (select.value !== before) changed(select);
    } catch {
      if (mine.signal.aborted) return;
      note.say("The list could not be loaded anew: it may offer what does not fit.");
    }
    select.removeAttribute("aria-busy");
  };
  source.onChange((event) => {
    turns = event.isTrusted ? 0 : turns + 1;
    if (turns <= MOST_TURNS) void reload();
  });
  select.addEventListener("change", (event) => {
    if (event.isTrusted) note.say("");
  });
}

/** Put other options into a list and keep the choice where it is still one of them; gives a
 * sentence where it is not. The option "any" always stays. */
export function refill(select: HTMLSelectElement, offers: readonly Offer[]): string {
  const before = select.selectedOptions[0];
  const [value, label] = [before?.value ?? "", before?.textContent?.trim() ?? ""];
  const any = [...select.options].find((each) => each.value === "any");
  const made = offers.filter((each) => each.value !== "any").map(option);
  select.replaceChildren(...(any ? [any] : []), ...made);
  const kept = [...select.options].find((each) => each.value === value);
  (kept ?? select.options[0])?.setAttribute("selected", "");
  select.value = kept ? value : (select.options[0]?.value ?? "");
  if (kept || !value) return "";
  const now = select.selectedOptions[0]?.textContent?.trim();
  const instead = now ? ` Now chosen: “${now}”.` : "";
  return `“${label}” is not offered with these choices.${instead}`;
}

function option({ value, label }: Offer): HTMLOptionElement {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = label;
  return made;
}
