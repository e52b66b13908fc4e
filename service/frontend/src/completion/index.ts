/** Fields with `data-options`: completion, chips, and lists that depend on other fields. */

import { enhanceDependent } from "./dependent.ts";
import { enhanceInputs, enhanceList } from "./several.ts";
import { enhanceSingle } from "./single.ts";

/** Enhance every field of `root` that names where its options come from. */
export function enhanceFields(root: ParentNode): void {
  for (const form of root.querySelectorAll("form")) {
    const selects = form.querySelectorAll<HTMLSelectElement>("select[data-options]");
    for (const select of selects) {
      if (select.multiple) enhanceList(select);
      else enhanceDependent(select);
    }
    for (const inputs of namesakes(form)) {
      const [first] = inputs;
      if (inputs.length > 1 || first?.hasAttribute("multiple")) enhanceInputs(inputs);
      else if (first) enhanceSingle(first);
    }
  }
}

function namesakes(form: HTMLFormElement): HTMLInputElement[][] {
  const found = new Map<string, HTMLInputElement[]>();
  for (const input of form.querySelectorAll<HTMLInputElement>("input[data-options][name]")) {
    found.set(input.name, [...(found.get(input.name) ?? []), input]);
  }
  return [...found.values()];
}
