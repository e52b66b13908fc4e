/** A field for one thing: its label is seen, its value is sent. A text that is no label is sent as
 * it was typed, as it would be without scripts. */

import { Combobox } from "./combobox.ts";
import { named, type Offer } from "./offers.ts";
import { changed, FieldNote, hidden, Source } from "./source.ts";

/** Enhance an input. What it shows is what its thing is called, and `data-value` what is sent for it. */
export function enhanceSingle(input: HTMLInputElement): void {
  const source = new Source(input);
  let chosen: Offer = { value: input.dataset["value"] || input.value, label: input.value, count: null };
  const sent = hidden(input.name, chosen.value);

  const set = (offer: Offer): void => {
    chosen = offer;
    combobox.show(offer.label);
    send(offer.value);
  };
  const send = (value: string): void => {
    const different = sent.value !== value;
    sent.value = value;
    if (different) {
      note.say("");
      changed(sent);
    }
  };
  const combobox = new Combobox(input, {
    find: (text, signal) => source.find(text, signal),
    choose: set,
    // Others hear of a typed text when it is finished.
    typed: (text) => {
      sent.value = text;
    },
    left: (offers) => {
      const text = input.value.trim();
      const offer = named(text, [chosen, ...offers.filter((each) => each.value !== chosen.value)]);
      if (offer) set(offer);
      else {
        chosen = { value: text, label: text, count: null };
        changed(sent);
        void settle(text);
      }
    },
    chosen: (offer) => offer.value === sent.value,
  });

  /** A text that was typed faster than the list came: look once more whether it is a label. */
  const settle = async (text: string): Promise<void> => {
    if (!text) return;
    const found = await source.find(text, AbortSignal.timeout(10_000)).catch(() => null);
    const offer = found && named(text, found.options);
    if (offer && input.value.trim() === text) set(offer);
  };

  const note = new FieldNote(combobox.box);
  input.removeAttribute("name");
  combobox.box.append(sent);
  combobox.show(chosen.label);

  source.onChange(() => void check());
  const check = async (): Promise<void> => {
    const { value, label } = chosen;
    if (!value) return;
    const found = await source.find(label, AbortSignal.timeout(10_000)).catch(() => null);
    if (!found || found.more || chosen.value !== value) return;
    const offered = found.options.some((each) => each.value === value);
    note.say(offered ? "" : `“${label}” is not offered with these choices.`);
  };
}
