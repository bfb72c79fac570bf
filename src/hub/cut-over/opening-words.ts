/** The words on opening balances as they are kept: figures as decimal text, so that what a person confirmed is read by people, too. */
import { sql, type Transaction } from "kysely";
import { formatMoney, type OpeningFigure, parseMoney } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

/** Amounts as decimal text. */
export type KeptFigure = {
  currency: string;
  budgetCode: string;
  costs: string;
  orderCosts: string;
  costsByHand: string;
  billedByHand: string;
};

export type OpeningWord = { actor: string; note: string; at: Date; hash: string };
export type ConfirmedOpening = { word: OpeningWord; figures: OpeningFigure[] };

export function keptOf(figures: readonly OpeningFigure[]): KeptFigure[] {
  return figures.map(({ currency, budgetCode, ...amounts }) => {
    const text = (minor: bigint) => formatMoney({ minor, currency });
    return {
      currency,
      budgetCode,
      costs: text(amounts.costs),
      orderCosts: text(amounts.orderCosts),
      costsByHand: text(amounts.costsByHand),
      billedByHand: text(amounts.billedByHand),
    };
  });
}

function figuresOf(kept: readonly KeptFigure[]): OpeningFigure[] {
  return kept.map(({ currency, budgetCode, ...amounts }) => {
    const minor = (text: string) => {
      const money = parseMoney(text, currency);
      if (!money.ok) throw new Error(`Assertion failed: an opening balance of "${text}" was kept`);
      return money.value.minor;
    };
    return {
      currency,
      budgetCode,
      costs: minor(amounts.costs),
      orderCosts: minor(amounts.orderCosts),
      costsByHand: minor(amounts.costsByHand),
      billedByHand: minor(amounts.billedByHand),
    };
  });
}

/** By project; those that nobody confirmed are not there. */
export async function readWords(
  tx: Transaction<Database>,
  { tenant, connection, projects }: { tenant: string; connection: string; projects: readonly string[] },
): Promise<Map<string, ConfirmedOpening>> {
  const { rows } = await sql<OpeningWord & { project: string; figures: KeptFigure[] }>`
    select project, actor, note, confirmed_at as at, hash, figures from opening_balance where tenant = ${tenant}
      and connection = ${connection} and project = any (${[...projects]}::text[]) order by project`.execute(tx);
  return new Map(
    rows.map(({ project, figures, actor, note, at, hash }) => [
      project,
      { word: { actor, note, at, hash }, figures: figuresOf(figures) },
    ]),
  );
}
