/**
 * Procore as planning sees it: permitted projects and their budget codes, read once before a plan. Only projects that a mapping rule leads
 * to are looked into, since each costs at least one call of the quota.
 */
import { findProjects, type ProjectView } from "../../core/index.ts";
import { isOutOfSight, type ProcoreFault } from "../../procore/index.ts";
import { type Connection, type PlanView, type RunContext, RunHalt } from "../context.ts";
import { type BudgetCodeBook, createBudgetCodeBook } from "./budget-codes.ts";

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

/** `flat_code` is "<full cost code>.<cost type>", with a sub job before it where there is one (procore 4.12 [A]). */
async function readBudgetCodes(connection: Connection, projectId: number, book: BudgetCodeBook): Promise<void> {
  const listed = await connection.procore.budgetCodes.wbsCodes(projectId).all();
  if (!listed.ok) throw haltFor(listed.error);
  for (const { flatCode, ...code } of listed.value) if (flatCode !== null) book.set(projectId, { flatCode, ...code });
}

async function readView(connection: Connection, onProject: (done: number, total: number) => void): Promise<PlanView> {
  const projects = await readProjects(connection);
  const book = createBudgetCodeBook(connection.settings.budgetCodes);
  const ids = new Set([...projects.values()].flatMap((project) => (project === "ambiguous" ? [] : [project.id])));
  let done = 0;
  for (const id of ids) {
    await readBudgetCodes(connection, id, book);
    done += 1;
    onProject(done, ids.size);
  }
  return { projectByNumber: (name) => projects.get(name), book };
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
