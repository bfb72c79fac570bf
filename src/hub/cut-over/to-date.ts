/**
 * The opening balances of all projects with a cut-over date, as a statement shows them: all that SAP has to date against the balance as it was confirmed and
 * what became of the rest. The figures are those of `cut-over show`, made by the same code; Procore's half is listed only there. Reads only.
 */
import type { Transaction } from "kysely";
import { type CutOverDates, compileCutOver, type Mapping, type SapDate, stateToDate, type ToDateRow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type OpeningWord, readWords } from "./opening-words.ts";
import { readLedgers } from "./read-ledger.ts";

export type OpeningToDate = {
  readonly project: string;
  /** Of costs. */
  readonly date: SapDate;
  readonly word: OpeningWord | undefined;
  /** By currency and budget code. */
  readonly rows: readonly ToDateRow[];
};

export type OpeningsScope = {
  tenant: string;
  connection: string;
  mapping: Mapping;
  cutOver?: CutOverDates | undefined;
};

export async function readOpenings(
  tx: Transaction<Database>,
  { tenant, connection, mapping, cutOver }: OpeningsScope,
): Promise<OpeningToDate[]> {
  const dates = cutOver && compileCutOver(cutOver);
  const dated = mapping.projects.flatMap((project) => {
    const date = dates?.dateOf("costs", project);
    return date === undefined ? [] : [{ project, date }];
  });
  if (dated.length === 0) return [];
  const projects = dated.map(({ project }) => project);
  const ledgers = await readLedgers(tx, { tenant, connection, mapping, projects });
  const words = await readWords(tx, { tenant, connection, projects });
  return dated.map(({ project, date }) => {
    const confirmed = words.get(project);
    const rows = stateToDate({ ledger: ledgers.get(project) ?? [], confirmed: confirmed?.figures });
    return { project, date, word: confirmed?.word, rows };
  });
}
