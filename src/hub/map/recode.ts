/**
 * Re-codings as people ask for them (ruling 23): what is posted elsewhere than the rules of today say, marking it to be moved, and what became of that.
 * Marking writes to the store alone; the next run that plans costs carries it out, line by line as it was shown.
 */
import { sql, type Transaction } from "kysely";
import {
  type CostObjectKind,
  formatMoney,
  type Mapping,
  parseSapDate,
  type Recodable,
  type RecodeChoice,
  recodable,
  type SapDate,
  type StandingLine,
  standsElsewhere,
} from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import { isOfLineIn, withDocument } from "../cost-line-sql.ts";

type Tx = Transaction<Database>;
type Scope = { tenant: string; connection: string };
type LineKey = { fiscal_year: number; document: string; line: number };
type Word = { actor: string; note: string; atMs: number };

const pageRows = 20_000;

type Row = Omit<LineKey, "document"> & {
  document: bigint;
  company_code: string;
  object_kind: CostObjectKind;
  object: string;
  account: string;
  currency: string;
  period: string;
  posting_date: string;
  project: string;
  budget_code: string;
  posted_minor: bigint;
  disposition: string;
  reason: string | null;
};

function standingOf(row: Row): StandingLine<LineKey> {
  const { fiscal_year, document, company_code, line, disposition } = row;
  return {
    key: { fiscal_year, document: String(document), line },
    query: {
      companyCode: company_code,
      objectKind: row.object_kind,
      object: row.object,
      account: row.account,
      materialGroup: "",
      date: parseSapDate(row.posting_date) ?? ("00010101" as SapDate),
    },
    period: row.period,
    currency: row.currency,
    minor: row.posted_minor,
    place: { project: row.project, budgetCode: row.budget_code },
    ...(disposition === "posted" ? {} : { obstacle: row.reason ?? disposition }),
  };
}

async function readPage(tx: Tx, { tenant, connection }: Scope, after: LineKey): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select c.fiscal_year, c.document, d.company_code, c.line, c.object_kind, c.object, c.account, d.currency,
      d.fiscal_year || '.' || lpad(d.period::text, 3, '0') as period, d.posting_date, c.project, c.budget_code, c.posted_minor,
      c.disposition::text as disposition, c.reason
    from cost_line c ${withDocument}
    where c.tenant = ${tenant} and c.connection = ${connection} and c.part is not null and c.project is not null and c.budget_code is not null
      and c.object is not null and (c.fiscal_year, c.document, c.line) > (${after.fiscal_year}::smallint, ${after.document}::bigint, ${after.line}::smallint)
    order by c.fiscal_year, c.document, c.line limit ${pageRows}`.execute(tx);
  return rows;
}

export type RecodeAsk = Scope & { mapping: Mapping; choice: RecodeChoice };

export async function readRecodable(store: Store, ask: RecodeAsk): Promise<Recodable<LineKey>> {
  const found: StandingLine<LineKey>[] = [];
  let after: LineKey = { fiscal_year: 0, document: "0", line: 0 };
  for (;;) {
    const from = after;
    const page = await store.transact({ tenant: ask.tenant }, (tx) => readPage(tx, ask, from));
    const last = page.at(-1);
    if (!last) return recodable(ask.mapping, found, ask.choice);
    for (const row of page) {
      const line = standingOf(row);
      if (standsElsewhere(ask.mapping, line, ask.choice)) found.push(line);
    }
    after = standingOf(last).key;
  }
}

async function insertMarks(tx: Tx, { tenant, connection }: Scope, recoding: bigint, rows: string): Promise<void> {
  // The later word counts.
  await sql`update recoding_line l set state = 'dropped', why = ${`marked again by re-coding ${recoding}`}
    from jsonb_to_recordset(${rows}::jsonb) as x(fiscal_year smallint, document bigint, line smallint)
    where l.tenant = ${tenant} and l.connection = ${connection} and l.fiscal_year = x.fiscal_year and l.document = x.document
      and l.line = x.line and l.state = 'marked'`.execute(tx);
  await sql`insert into recoding_line (tenant, connection, recoding, state, why, fiscal_year, document, line, from_project,
      from_budget_code, to_project, to_budget_code, amount_minor)
    select ${tenant}, ${connection}, ${recoding}::bigint, 'marked', '', x.*
    from jsonb_to_recordset(${rows}::jsonb) as x(fiscal_year smallint, document bigint, line smallint, from_project text,
      from_budget_code text, to_project text, to_budget_code text, amount_minor bigint)`.execute(tx);
}

const movesKeptMax = 500;
const marksAtOnce = 5_000;

/** Keeps a person's word that these lines are to move; answers its number. */
export async function markRecoding(
  store: Store,
  ask: RecodeAsk,
  { lines, moves, left }: Recodable<LineKey>,
  { actor, note, atMs }: Word,
): Promise<bigint> {
  const { tenant, connection, mapping } = ask;
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql<{
      recoding: bigint;
    }>`insert into recoding (tenant, connection, mapping_version, asked_by, note, asked_at)
      values (${tenant}, ${connection}, ${mapping.version}, ${actor}, ${note}, ${new Date(atMs)}) returning recoding`.execute(tx);
    const recoding = rows[0]?.recoding;
    if (recoding === undefined) throw new Error("Assertion failed: an insert returned no row");
    const marks = lines.map(({ key, place, to, minor }) => ({
      ...key,
      from_project: place.project,
      from_budget_code: place.budgetCode,
      to_project: to.project,
      to_budget_code: to.budgetCode,
      amount_minor: minor.toString(),
    }));
    for (let start = 0; start < marks.length; start += marksAtOnce)
      await insertMarks(tx, ask, recoding, JSON.stringify(marks.slice(start, start + marksAtOnce)));
    const shown = moves.slice(0, movesKeptMax).map(({ from, to, period, currency, lines: count, minor }) => ({
      from: `${from.project} ${from.budgetCode}`,
      to: `${to.project} ${to.budgetCode}`,
      period,
      amount: formatMoney({ minor, currency }),
      currency,
      lines: count,
    }));
    const stays = left.reduce((sum, each) => sum + each.lines, 0);
    await appendAudit(tx, {
      tenant,
      atMs,
      actor,
      action: "mapping.recoding-asked",
      subject: connection,
      detail: {
        recoding: String(recoding),
        mapping: mapping.version,
        note,
        ...ask.choice,
        lines: lines.length,
        left: stays,
        shown,
      },
    });
    return recoding;
  });
}

export type RecodingState = {
  recoding: string;
  connection: string;
  mappingVersion: string;
  askedBy: string;
  askedAt: string;
  note: string;
  withdrawnBy?: string;
  /** `marked: budget-code-missing: …`, `dropped: …`, or what the lines became that were planned. */
  lines: Readonly<Record<string, number>>;
};

type StateRow = {
  recoding: bigint;
  connection: string;
  mapping_version: string;
  asked_by: string;
  asked_at: Date;
  note: string;
  withdrawn_by: string | null;
  became: string | null;
  count: bigint;
};

/** The latest first. */
export async function listRecodings(store: Store, { tenant, connection }: Scope): Promise<RecodingState[]> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<StateRow>`
      select r.recoding, r.connection, r.mapping_version, r.asked_by, r.asked_at, r.note, r.withdrawn_by,
        case when l.state <> 'planned' then l.state || case when l.why = '' then '' else ': ' || l.why end
          else c.disposition::text || coalesce(': ' || c.reason, '') end as became, count(*) as count
      from recoding r left join recoding_line l on l.tenant = r.tenant and l.recoding = r.recoding
      left join cost_line c on ${isOfLineIn("l")}
      where r.tenant = ${tenant} and r.connection = ${connection}
      group by 1, 2, 3, 4, 5, 6, 7, 8 order by r.recoding desc, became`.execute(tx),
  );
  return [...Map.groupBy(rows, (row) => row.recoding).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const lines = Object.fromEntries(group.map(({ became, count }) => [became ?? "", Number(count)]));
    return {
      recoding: String(first.recoding),
      connection: first.connection,
      mappingVersion: first.mapping_version,
      askedBy: first.asked_by,
      askedAt: first.asked_at.toISOString(),
      note: first.note,
      ...(first.withdrawn_by === null ? {} : { withdrawnBy: first.withdrawn_by }),
      lines,
    };
  });
}

/** Takes the word back for what was not approved or sent yet; answers how many lines are marked no more, or undefined where there is no such re-coding. */
export async function withdrawRecoding(
  store: Store,
  { tenant, connection }: Scope,
  recoding: string,
  { actor, note, atMs }: Word,
): Promise<number | undefined> {
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql`update recoding set withdrawn_by = ${actor} where tenant = ${tenant} and connection = ${connection}
      and recoding = ${recoding}::bigint and withdrawn_by is null returning recoding`.execute(tx);
    if (rows.length === 0) return undefined;
    const { numAffectedRows = 0n } =
      await sql`update recoding_line set state = 'dropped', why = 'withdrawn' where tenant = ${tenant}
      and recoding = ${recoding}::bigint and state = 'marked'`.execute(tx);
    const detail = { recoding, note, lines: Number(numAffectedRows) };
    await appendAudit(tx, { tenant, atMs, actor, action: "mapping.recoding-withdrawn", subject: connection, detail });
    return Number(numAffectedRows);
  });
}
