/**
 * The opening balance of a project (ruling 4): stated from the store and from Procore, and confirmed by a person, who names the figures that were shown. A
 * word is one row and one line of the audit trail; a later one takes its place. Writes nothing to Procore.
 */
import { sql, type Transaction } from "kysely";
import {
  compileCutOver,
  desiredHash,
  Fault,
  type OpeningFigure,
  type OpeningRow,
  openingFigures,
  type SapDate,
  stateOpening,
} from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import { type Connection, type HubContext, inTenant } from "../context.ts";
import { type ByHand, type ContractByHand, listByHand } from "./list-by-hand.ts";
import { keptOf, type OpeningWord, readWords } from "./opening-words.ts";
import { readInvoicedBefore, readLedger } from "./read-ledger.ts";

type Tx = Transaction<Database>;
type Scope = Pick<HubContext, "tenant" | "store"> & { connection: Connection };

export type OpeningBalance = {
  project: string;
  /** Of costs; undefined: all of history flows, and there is nothing to confirm. */
  date: SapDate | undefined;
  rows: OpeningRow[];
  /** Names the figures that a word would stand for now. */
  hash: string;
  word: OpeningWord | undefined;
  /** Older invoices that were left out. */
  invoicedBefore: readonly { currency: string; minor: bigint }[];
  contracts: readonly ContractByHand[];
  isTied: boolean;
};

const hashOf = (project: string, figures: readonly OpeningFigure[]) =>
  desiredHash({ project, figures: keptOf(figures) }).slice(0, 12);

/** The project is one that rules lead to: anything else would be a balance of nothing. */
function checkProject({ connection }: Scope, project: string): void {
  if (connection.mapping.projects.includes(project)) return;
  throw new Fault("cut-over.refused", { place: `project ${project}`, detail: "no mapping rule leads to a project of this name" });
}

async function stateFrom(tx: Tx, scope: Scope, project: string, byHand: ByHand): Promise<OpeningBalance> {
  const { tenant, connection } = scope;
  const ask = { tenant, connection: connection.name, mapping: connection.mapping, project };
  const confirmed = (await readWords(tx, { ...ask, projects: [project] })).get(project);
  const word = confirmed?.word;
  const ledger = await readLedger(tx, ask);
  const rows = stateOpening({ ledger, procore: byHand.figures, confirmed: confirmed?.figures });
  return {
    project,
    date: compileCutOver(connection.settings.cutOver)?.dateOf("costs", project),
    rows,
    hash: hashOf(project, openingFigures(rows)),
    word,
    invoicedBefore: await readInvoicedBefore(tx, ask),
    contracts: byHand.contracts,
    isTied: word !== undefined && rows.every(({ state }) => state === "tied"),
  };
}

/** Lists the project in Procore first. */
export async function stateOpeningBalance(scope: Scope, project: string): Promise<OpeningBalance> {
  checkProject(scope, project);
  const byHand = await listByHand(scope.connection, project);
  return scope.store.transact(inTenant(scope), (tx) => stateFrom(tx, scope, project, byHand));
}

export type ConfirmOpeningAsk = { project: string; figures: string; actor: string; note: string; atMs: number };

async function keepWord(tx: Tx, scope: Scope, stated: OpeningBalance, ask: ConfirmOpeningAsk): Promise<void> {
  const { project, actor, note, atMs } = ask;
  const { tenant, connection } = scope;
  const figures = keptOf(openingFigures(stated.rows));
  await sql`insert into opening_balance (tenant, connection, project, figures, hash, actor, note, confirmed_at)
    values (${tenant}, ${connection.name}, ${project}, ${JSON.stringify(figures)}::jsonb, ${stated.hash}, ${actor}, ${note}, ${new Date(atMs)})
    on conflict (tenant, connection, project) do update set figures = excluded.figures, hash = excluded.hash, actor = excluded.actor,
      note = excluded.note, confirmed_at = excluded.confirmed_at`.execute(tx);
  const detail = { connection: connection.name, hash: stated.hash, figures, note, before: stated.word?.hash ?? null };
  await appendAudit(tx, { tenant, atMs, actor, action: "cut-over.confirmed", subject: project, detail });
}

/** Refuses figures that are others than those that were shown. Answers the balance with the new word. */
export async function confirmOpeningBalance(scope: Scope, ask: ConfirmOpeningAsk): Promise<OpeningBalance> {
  checkProject(scope, ask.project);
  const byHand = await listByHand(scope.connection, ask.project);
  return scope.store.transact(inTenant(scope), async (tx) => {
    const stated = await stateFrom(tx, scope, ask.project, byHand);
    const refuse = (detail: string) => new Fault("cut-over.refused", { place: `project ${ask.project}`, detail });
    if (stated.date === undefined) throw refuse("it has no cut-over date for costs, so nothing is left out");
    if (stated.hash !== ask.figures) throw refuse(`its figures are ${stated.hash} now, and not ${ask.figures}`);
    await keepWord(tx, scope, stated, ask);
    return stateFrom(tx, scope, ask.project, byHand);
  });
}
