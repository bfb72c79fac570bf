/**
 * The compiler has the last word. What was picked is chosen so that it stands beside the rules of today; should it not (a limit of the compiler's, a mistake of ours),
 * nothing is proposed, and why is told, rather than a table that `map check` would refuse.
 */
import { compileMapping } from "../compile.ts";
import type { Mapping } from "../rule.ts";
import type { LeftOut, Picked } from "./pick-rules.ts";

type Standing = { readonly picked: readonly Picked[]; readonly leftOut: readonly LeftOut[] };

export function standing(mapping: Mapping, { picked, leftOut }: Standing): Standing {
  const compiled = compileMapping([...mapping.rules, ...picked.map(({ rule }) => rule)]);
  if (compiled.ok) return { picked, leftOut };
  const why = `cannot be compiled with the others: ${compiled.error[0]?.detail ?? ""}`;
  return { picked: [], leftOut: [...picked.map(({ rule, added }) => ({ rule, why, masses: added })), ...leftOut] };
}
