/** A field for several things: each chosen one is a chip with a button that takes it away. */

import { announce } from "../announce.ts";
import { Combobox } from "./combobox.ts";
import { named, type Offer } from "./offers.ts";
import { changed, hidden, Source } from "./source.ts";

/** Make one field with chips of inputs that have the same name; the first of them is typed in.
 * Each shows what its thing is called, and `data-value` is what is sent for it. */
export function enhanceInputs(inputs: readonly HTMLInputElement[]): void {
  const [first, ...others] = inputs;
  if (!first) return;
  const chosen = inputs.flatMap((input) => {
    const value = input.dataset["value"];
    if (value) return [{ value, label: input.value, count: null }];
    return values(input.value).map((each) => ({ value: each, label: each, count: null }));
  });
  others.forEach((each) => each.remove());
  chips(first, first.name, new Source(first), chosen);
}

/** Make a field with chips of a list in which several may be selected. */
export function enhanceList(select: HTMLSelectElement): void {
  const input = document.createElement("input");
  const label = select.labels?.[0];
  input.id = select.id;
  input.name = select.name;
  for (const name of ["options", "depends"]) {
    const value = select.dataset[name];
    if (value !== undefined) input.dataset[name] = value;
  }
  for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
    const value = select.getAttribute(name);
    if (value !== null) input.setAttribute(name, value);
  }
  const chosen = [...select.selectedOptions].map((option) => ({
    value: option.value,
    label: option.textContent?.trim() || option.value,
    count: null,
  }));
  select.replaceWith(input);
  if (label) label.htmlFor = input.id;
  chips(input, select.name, new Source(input), chosen);
}

/** The values in a text that was sent without scripts: no value holds a comma or a blank. */
function values(text: string): string[] {
  return text.split(/[\s,]+/u).filter(Boolean);
}

function chips(input: HTMLInputElement, name: string, source: Source, start: readonly Offer[]): void {
  const list = document.createElement("ul");
  list.className = "chips";
  const chosen = new Map<string, Offer>();
  // What is typed and not chosen is sent as well, as it would be without scripts.
  const typed = hidden(name, "");
  typed.disabled = true;

  const add = (offer: Offer): void => {
    if (!offer.value || chosen.has(offer.value)) return;
    chosen.set(offer.value, offer);
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = offer.label;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Remove ${offer.label}`);
    button.addEventListener("click", () => {
      remove(offer.value);
      input.focus();
    });
    item.append(words, button, hidden(name, offer.value));
    list.append(item);
    list.hidden = false;
  };
  const remove = (value: string): void => {
    const at = [...chosen.keys()].indexOf(value);
    const offer = chosen.get(value);
    if (!offer) return;
    chosen.delete(value);
    list.children[at]?.remove();
    list.hidden = chosen.size === 0;
    changed(typed);
    announce(`${offer.label} removed`);
  };
  const type = (text: string): void => {
    typed.value = text.trim();
    typed.disabled = typed.value === "";
  };
  const choose = (offer: Offer): void => {
    combobox.show("");
    type("");
    if (chosen.has(offer.value)) return remove(offer.value);
    add(offer);
    changed(typed);
    announce(`${offer.label} added`);
  };

  const combobox = new Combobox(input, {
    find: (text, signal) => source.find(text, signal),
    choose,
    typed: type,
    left: (offers) => {
      const offer = named(input.value, offers);
      if (offer && !chosen.has(offer.value)) choose(offer);
    },
    chosen: (offer) => chosen.has(offer.value),
  });
  input.addEventListener("keydown", (event) => {
    const last = [...chosen.keys()].at(-1);
    if (event.key === "Backspace" && input.value === "" && last !== undefined) remove(last);
  });
  input.removeAttribute("name");
  input.placeholder = "Add …";
  combobox.box.before(list);
  combobox.box.append(typed);
  list.hidden = true;
  start.forEach(add);
  combobox.show("");
}
