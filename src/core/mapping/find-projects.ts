/**
 * From the project that a rule names to the project in Procore: an explicit row of the configuration first, then Procore's `origin_id`, then
 * its project number. Numbers are not unique in Procore: two active projects of one name are ambiguous and hold what leads there, because
 * either of them would be a guess. A row that names a project which is not there finds nothing; nothing weaker is tried behind it.
 */
import type { SapClient } from "../keys.ts";

export type ProjectSeen = {
  readonly id: number;
  readonly projectNumber: string | null;
  readonly originId: string | null;
  readonly isActive: boolean | null | undefined;
};

export type ProjectFound<Seen> =
  | { readonly kind: "found"; readonly project: Seen; readonly by: "row" | "origin-id" | "number" }
  | { readonly kind: "ambiguous"; readonly by: "origin-id" | "number"; readonly ids: readonly number[] };

export type ProjectNaming = {
  readonly client: SapClient;
  /** Procore's id by the name that rules use. */
  readonly rows: Readonly<Record<string, number>>;
};

function indexBy<Seen>(projects: readonly Seen[], keyOf: (project: Seen) => string | null): ReadonlyMap<string, readonly Seen[]> {
  const index = new Map<string, Seen[]>();
  for (const project of projects) {
    const key = keyOf(project);
    if (key === null || key === "") continue;
    const same = index.get(key);
    if (same) same.push(project);
    else index.set(key, [project]);
  }
  return index;
}

function oneOf<Seen extends ProjectSeen>(seen: readonly Seen[], by: "origin-id" | "number"): ProjectFound<Seen> | undefined {
  const [project, ...others] = seen;
  if (!project) return undefined;
  const ids = seen.map(({ id }) => id);
  return others.length === 0 ? { kind: "found", project, by } : { kind: "ambiguous", by, ids };
}

/** Only what was found or is ambiguous; a name that is absent is not in Procore, not permitted, or inactive. */
export function findProjects<Seen extends ProjectSeen>(
  names: readonly string[],
  projects: readonly Seen[],
  { client, rows }: ProjectNaming,
): ReadonlyMap<string, ProjectFound<Seen>> {
  const active = projects.filter(({ isActive }) => isActive !== false);
  const byId = new Map(active.map((project) => [project.id, project]));
  const byOrigin = indexBy(active, ({ originId }) => originId);
  const byNumber = indexBy(active, ({ projectNumber }) => projectNumber);
  const find = (name: string): ProjectFound<Seen> | undefined => {
    if (Object.hasOwn(rows, name)) {
      const project = byId.get(rows[name] ?? 0);
      return project && { kind: "found", project, by: "row" };
    }
    // The bare SAP key, as most import tools write it, or in the form of our own origin ids.
    const byOurs = `${client.systemId}.${client.client}.PJ.${name}`;
    const origins = [...new Set([...(byOrigin.get(name) ?? []), ...(byOrigin.get(byOurs) ?? [])])];
    return oneOf(origins, "origin-id") ?? oneOf(byNumber.get(name) ?? [], "number");
  };
  const found = new Map<string, ProjectFound<Seen>>();
  for (const name of names) {
    const each = find(name);
    if (each) found.set(name, each);
  }
  return found;
}
