/**
 * Procore as planning sees it: permitted projects and their budget codes, read once before a plan. Only projects that a mapping rule leads
 * to are looked into, since each costs at least one call of the quota.
 */
import { findProjects, type ProcoreView, type ProjectView } from "../../core/index.ts";
import { isOutOfSight, type ProcoreFault } from "../../procore/index.ts";
import { type Connection, type RunContext, RunHalt } from "../context.ts";

export function haltFor(problem: ProcoreFault): RunHalt {
  const code = problem.code === "procore.withdrawn" ? "procore.server" : problem.code;
  return new RunHalt("pause", code, `${problem.endpoint}: ${problem.detail}`);
}

/** Where the currency feature is off for us, Procore answers 403 or 404: then the configured currency of the company counts. */
export async function readCurrency(
  connection: Connection,
  projectId: number,
): Promise<Pick<ProjectView, "currency" | "hasMulticurrency">> {
  const read = await connection.procore.projects.currency(projectId);
  if (!read.ok && !isOutOfSight(read.error)) throw haltFor(read.error);
  const own = read.ok ? read.value : undefined;
  const currency = own?.isoCode ?? connection.settings.procore.currency ?? "";
  return own?.hasMulticurrency ? { currency, hasMulticurrency: true } : { currency };
}

async function readProjects(connection: Connection): Promise<Map<string, ProjectView | "ambiguous">> {
  const listed = await connection.procore.projects.list().all();
  if (!listed.ok) throw haltFor(listed.error);
  const { sap, projects: rows } = connection.settings;
  const byName = new Map<string, ProjectView | "ambiguous">();
  for (const [name, found] of findProjects(connection.mapping.projects, listed.value, { client: sap, rows })) {
    if (found.kind === "ambiguous") byName.set(name, "ambiguous");
    else byName.set(name, { id: found.project.id, number: name, ...(await readCurrency(connection, found.project.id)) });
  }
  return byName;
}

async function readBudgetCodes(connection: Connection, projectId: number): Promise<Map<string, number>> {
  const listed = await connection.procore.budgetCodes.wbsCodes(projectId).all();
  if (!listed.ok) throw haltFor(listed.error);
  const codes = new Map<string, number>();
  for (const code of listed.value) if (code.isActive && code.flatCode !== null) codes.set(code.flatCode, code.id);
  return codes;
}

async function readView(connection: Connection, onProject: (done: number, total: number) => void): Promise<ProcoreView> {
  const projects = await readProjects(connection);
  const codes = new Map<number, Map<string, number>>();
  const ids = new Set([...projects.values()].flatMap((project) => (project === "ambiguous" ? [] : [project.id])));
  for (const id of ids) {
    codes.set(id, await readBudgetCodes(connection, id));
    onProject(codes.size, ids.size);
  }
  return {
    projectByNumber: (name) => projects.get(name),
    // `flat_code` is "<full cost code>.<cost type>", procore 4.12 [A].
    budgetCode: (projectId, costCode, costType) => codes.get(projectId)?.get(`${costCode}.${costType}`),
  };
}

/** Read when first asked for, and again only where that failed. */
export function viewOnce(connection: Connection): RunContext["view"] {
  let view: ReturnType<RunContext["view"]> | undefined;
  return (onProject) => {
    view ??= readView(connection, onProject).catch((error: unknown) => {
      view = undefined;
      throw error;
    });
    return view;
  };
}
