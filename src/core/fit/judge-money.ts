/**
 * What recent cost lines tell before anything is posted: how much of them no rule places, what BSEG alone would miss (ruling 20), whether labour
 * would come twice, and how many credit memos there are (ruling 17). A sample, and said to be one where it is.
 */
import { type Coverage, coverage, type Mapping, type MappingQuery } from "../mapping/index.ts";
import { formatMoney } from "../money.ts";
import { parseSapDate, type SapDate } from "../sap-date.ts";
import type { ProjectFact, SapFacts, Spend, SpendLine } from "./facts.ts";
import { type FitFinding, percentOf, plural, shorten } from "./finding.ts";

export type MoneyExpectation = {
  readonly mapping: Mapping;
  /** Cost types whose direct costs are payroll. */
  readonly payrollCostTypes: ReadonlySet<string>;
  readonly negativeInvoices: "hold" | "send";
};

/** Below this share of the money placed, a controller has to write rules first; below the second most of it would be held. */
const coveredEnoughPermille = 950;
const coveredLeastPermille = 500;
/** What BSEG may miss before it is worth a word. */
const missesMinPermille = 10;

/** VRGNG (sap-data 2.6). COIN is what FI, MM and HR handed to controlling. */
const transactionTexts: Readonly<Record<string, string>> = {
  RKL: "activity allocation, such as labour from time sheets",
  RKIU: "assessment",
  RKIV: "distribution",
  RKU1: "reposting of costs",
  RKU2: "reposting of revenue",
  KZPI: "overhead",
};

const fromFinance = "COIN";

export function queryOf({ companyCode, objectKind, object, account, day }: SpendLine): MappingQuery {
  const date = parseSapDate(day) ?? ("00010101" as SapDate);
  return { companyCode, objectKind, object, account, materialGroup: "", date };
}

/** Without commitment cost, which is placed by its purchase order. */
export function coverageOf({ lines }: Spend, mapping: Mapping): Coverage[] {
  const direct = lines.filter(({ isCommitment }) => !isCommitment);
  return coverage(
    mapping,
    direct.map((line) => ({
      query: queryOf(line),
      currency: line.currency,
      lines: line.lines,
      sizeMinor: BigInt(line.sizeMinor),
    })),
  );
}

const windowText = ({ from, until, isWhole }: Pick<Spend, "from" | "until" | "isWhole">) =>
  `entered ${from} to ${until}${isWhole ? "" : ", not all of them"}`;

function unmapped(spend: Spend, { mapping }: MoneyExpectation): FitFinding[] {
  return coverageOf(spend, mapping)
    .filter(({ sizeMinor }) => sizeMinor > 0n)
    .map(({ currency, coveredPermille, gaps, sizeMinor }): FitFinding => {
      const enough = coveredPermille >= coveredEnoughPermille;
      const worst = coveredPermille < coveredLeastPermille ? "no-go" : "warn";
      return {
        code: "mapping-unmapped-spend",
        severity: enough ? "go" : worst,
        owner: "accountant",
        what: `Mapping rules place ${percentOf(coveredPermille)} of recent cost in ${currency}.`,
        evidence: [
          `of ${formatMoney({ minor: sizeMinor, currency })} ${currency} in documents ${windowText(spend)}`,
          ...shorten(
            gaps.map(
              ({ name, sizeMinor: size, permille }) =>
                `no rule: ${name}, ${formatMoney({ minor: size, currency })} (${percentOf(permille)})`,
            ),
            8,
          ),
        ],
        fix: enough ? "" : "Write rules for these objects, the largest first (docs/mapping.md); what no rule places is held.",
      };
    });
}

const sizeOf = (lines: readonly SpendLine[]): bigint => lines.reduce((sum, { sizeMinor }) => sum + BigInt(sizeMinor), 0n);

/** By company code: what controlling alone knows, in tenths of a percent of all of its cost, and of what kind it is. */
export function missedByFinance(controlling: Spend): { companyCode: string; permille: number; kinds: string[] }[] {
  return [...Map.groupBy(controlling.lines, ({ companyCode, currency }) => `${companyCode} ${currency}`)].flatMap(([, lines]) => {
    const [first] = lines;
    const whole = sizeOf(lines);
    const missed = lines.filter(({ transaction }) => transaction !== fromFinance);
    if (!first || missed.length === 0 || whole === 0n) return [];
    const kinds = [...Map.groupBy(missed, ({ transaction }) => transaction)].map(([transaction, same]) => {
      const amount = formatMoney({ minor: sizeOf(same), currency: first.currency });
      return `${transaction} (${transactionTexts[transaction] ?? "controlling"}): ${amount} ${first.currency}`;
    });
    return [{ companyCode: first.companyCode, permille: Number((sizeOf(missed) * 1_000n) / whole), kinds: kinds.sort() }];
  });
}

function missed(controlling: Spend): FitFinding[] {
  const found = missedByFinance(controlling).filter(({ permille }) => permille >= missesMinPermille);
  if (found.length === 0) return [];
  return [
    {
      code: "cost-source-misses",
      severity: "warn",
      owner: "accountant",
      what: "FI line items (bseg) alone would miss cost that only controlling knows.",
      evidence: found.flatMap(({ companyCode, permille, kinds }) => [
        `company code ${companyCode}: ${percentOf(permille)} of its cost in documents ${windowText(controlling)}`,
        ...kinds,
      ]),
      fix: "Decide per company code, before the first run: sap.costSources coep where labour and allocations belong on the projects; bseg where they are not wanted there. It cannot be changed later without beginning anew.",
    },
  ];
}

/** Objects that have both: payroll posted by FI, and activity allocated to them. */
function labourTwice(spend: Spend, { mapping, payrollCostTypes }: MoneyExpectation): FitFinding[] {
  const lines = spend.lines.filter(({ source }) => source === "coep");
  const objectOf = (line: SpendLine) => `${line.companyCode} ${line.objectKind} ${line.object}`;
  const allocated = new Set(lines.filter(({ transaction }) => transaction === "RKL").map(objectOf));
  const isPayroll = (line: SpendLine) => {
    const answer = mapping.resolve(queryOf(line));
    return answer.kind === "mapped" && payrollCostTypes.has(answer.rule.target.costType);
  };
  const twice = lines.filter((line) => line.transaction === fromFinance && allocated.has(objectOf(line)) && isPayroll(line));
  if (twice.length === 0) return [];
  return [
    {
      code: "cost-labour-twice",
      severity: "warn",
      owner: "accountant",
      what: "Payroll and time sheets meet on the same objects: their labour would come twice.",
      evidence: shorten([...new Set(twice.map((line) => `${objectOf(line)}, account ${line.account}`))]),
      fix: "Decide which of the two is the projects' labour: leave payroll's accounts without a rule there, or take bseg as the source.",
    },
  ];
}

function credits({ invoices }: SapFacts, { negativeInvoices }: MoneyExpectation): FitFinding[] {
  const count = (invoices?.creditMemos ?? 0) + (invoices?.cancelled ?? 0);
  if (!invoices || count === 0 || negativeInvoices === "send") return [];
  return [
    {
      code: "invoice-credits-held",
      severity: "go",
      owner: "integration-owner",
      what: `${plural(count, "credit memo or cancellation", "credit memos and cancellations")} among ${invoices.invoices + invoices.creditMemos} recent invoices: they would be held.`,
      evidence: [`${invoices.creditMemos} credit memos, ${invoices.cancelled} cancelled, ${windowText(invoices)}`],
      fix: "Try one negative requisition in a sandbox of this company; where Procore takes it, set invoices.negative to send (ruling 17).",
    },
  ];
}

/** One valuation a project (ruling 25): cost in another currency than its project's is held. */
export function judgeCurrencies(spend: Spend, projects: readonly ProjectFact[], mapping: Mapping): FitFinding[] {
  const currencyOf = new Map(
    projects.flatMap((each) => (each.state === "found" && each.currency ? [[each.name, each.currency]] : [])),
  );
  const wrong = new Map<string, bigint>();
  for (const line of spend.lines) {
    const answer = mapping.resolve(queryOf(line));
    const project = answer.kind === "mapped" ? answer.rule.target.project : "";
    const currency = currencyOf.get(project) ?? line.currency;
    if (currency === line.currency) continue;
    const key = `project ${project} is in ${currency}, cost of company code ${line.companyCode} in ${line.currency}`;
    wrong.set(key, (wrong.get(key) ?? 0n) + BigInt(line.sizeMinor));
  }
  if (wrong.size === 0) return [];
  return [
    {
      code: "cost-currency-differs",
      severity: "warn",
      owner: "accountant",
      what: "Recent cost leads to projects of another currency, and would be held there.",
      evidence: shorten([...wrong].map(([key, minor]) => `${key}: ${formatMoney({ minor, currency: key.slice(-3) })}`)),
      fix: "Correct the rules, or the project's currency in Procore; amounts are never converted line by line (ruling 25).",
    },
  ];
}

export function judgeMoney(facts: SapFacts, expected: MoneyExpectation): FitFinding[] {
  const { spend, controlling } = facts;
  const ofControlling = [...(spend?.lines ?? []), ...(controlling?.lines ?? [])];
  return [
    ...(spend ? unmapped(spend, expected) : []),
    ...(controlling ? missed(controlling) : []),
    ...(spend ? labourTwice({ ...spend, lines: ofControlling }, expected) : []),
    ...credits(facts, expected),
  ];
}
