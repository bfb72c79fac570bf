/**
 * Direct-cost writes that overlap in time: 409 to the later one (procore 0.17 [A]: "not concurrency safe"). A sync holds the whole
 * project, a write to one direct cost holds that one; a create holds nothing, for it has no item yet.
 */
export type Hold = { readonly project: string; readonly item: string };

const everything = "*";
const pattern = /^\/rest\/v1\.[01]\/projects\/(\d+)\/direct_costs\/(?:(sync|line_items\/sync)|(\d+)(?:\/line_items(?:\/\d+)?)?)$/;

export function holdOf(method: string, path: string): Hold | undefined {
  if (method === "GET") return undefined;
  const match = pattern.exec(path);
  const project = match?.[1];
  return project === undefined ? undefined : { project, item: match?.[3] ?? everything };
}

export class Holds {
  readonly #held = new Map<string, Set<string>>();

  /** False when somebody is at it already. */
  take(hold: Hold): boolean {
    const items = this.#held.get(hold.project) ?? new Set<string>();
    const isBusy = hold.item === everything ? items.size > 0 : items.has(everything) || items.has(hold.item);
    if (isBusy) return false;
    items.add(hold.item);
    this.#held.set(hold.project, items);
    return true;
  }

  release(hold: Hold): void {
    const items = this.#held.get(hold.project);
    items?.delete(hold.item);
    if (items?.size === 0) this.#held.delete(hold.project);
  }
}
