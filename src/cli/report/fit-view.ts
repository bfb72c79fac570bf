/** The fit check as people read it, before it is text or a page: verdict, fixes by person, figures, and what was left out. Pure. */
import {
  countFirstRead,
  coverageOf,
  type Fit,
  type FitFacts,
  type FitFinding,
  firstReadHours,
  formatMoney,
  hoursText,
  type Mapping,
  notSeen,
  ownerTitles,
  type ProcoreFacts,
  percentOf,
  type SapFacts,
  severities,
  type Verdict,
} from "../../core/index.ts";
import { leastDurationMs, leastWrites } from "../../procore/index.ts";
import { groupDigits } from "./text-table.ts";

export type FitTable = { title: string; columns: readonly string[]; rows: readonly (readonly string[])[] };
export type FitView = {
  verdict: Verdict;
  headline: string;
  subject: readonly (readonly [label: string, value: string])[];
  /** By person, who has most to mend first. */
  fixes: readonly { owner: string; findings: readonly FitFinding[] }[];
  notes: readonly FitFinding[];
  tables: readonly FitTable[];
  skipped: readonly { what: string; why: string }[];
  notSeen: readonly string[];
};

export type FitShown = {
  connection: string;
  at: string;
  tookMs: number;
  minutes: number;
  facts: FitFacts;
  fit: Fit;
  mapping: Mapping;
};

export const verdictTitles: Readonly<Record<Verdict, string>> = {
  go: "GO",
  "go-with-fixes": "GO WITH FIXES",
  "no-go": "NO-GO",
  undecided: "UNDECIDED",
};

const headlines: Readonly<Record<Verdict, string>> = {
  go: "This fits. Nothing has to be mended before the first run.",
  "go-with-fixes": "This fits; parts of it would be held until what is named here is mended.",
  "no-go": "This does not fit yet. What is marked no-go has to be mended first.",
  undecided: "Too much was not looked at to say. What was left out is named below.",
};

const weigh = ({ severity }: FitFinding) => severities.indexOf(severity);

function fixesOf({ findings }: Fit): FitView["fixes"] {
  const open = findings.filter(({ severity }) => severity !== "go");
  return [...Map.groupBy(open, ({ owner }) => owner)]
    .map(([owner, own]) => ({ owner: ownerTitles[owner], findings: own.toSorted((left, right) => weigh(left) - weigh(right)) }))
    .sort((left, right) => Math.min(...left.findings.map(weigh)) - Math.min(...right.findings.map(weigh)));
}

function sapTables(sap: SapFacts): FitTable[] {
  const readers = sap.readers.map(({ reader, isPresent, why }) => [reader, isPresent ? "yes" : "no", why]);
  const tables = sap.tables.map((table) => {
    if (table.state === "refused") return [table.table, "refused", "", table.key];
    const { rows } = table;
    const count = rows === undefined ? "" : `${rows.how === "at-least" ? "at least " : ""}${groupDigits(rows.rows)}`;
    return [table.table, "readable", count, table.reader];
  });
  const { rows, isWhole, uncounted } = countFirstRead(sap);
  const hours = firstReadHours(sap);
  const first = [
    ["rows of a first read of the whole tables counted", `${isWhole ? "" : "at least "}${groupDigits(rows)}`],
    ["tables not counted (small, or nothing counts them)", String(uncounted.length)],
    ["first read", hours ? hoursText(hours) : "not measured: too few rows came"],
    ...sap.samples.map(({ what, rows: seen, milliseconds }) => [
      `measured: ${what}`,
      `${groupDigits(seen)} rows in ${groupDigits(Math.round(milliseconds))} ms`,
    ]),
  ];
  return [
    { title: "SAP: readers", columns: ["function module", "here", "why"], rows: readers },
    { title: "SAP: tables", columns: ["table", "state", "rows", "by"], rows: tables },
    { title: "SAP: the first read", columns: ["what", "how much"], rows: first },
  ];
}

/** Orders at most as many as SAP has, spread over the projects; a lower bound of calls all the same, for nobody knows the lines of each. */
function firstSync(sap: SapFacts, projects: number, { quota }: ProcoreFacts): string[][] {
  const rowsOf = (table: string): number => {
    const found = sap.tables.find((each) => each.table === table);
    return found?.state === "readable" ? (found.rows?.rows ?? 0) : 0;
  };
  if (projects === 0) return [];
  const contracts = rowsOf("EKKO");
  const each = Math.ceil(contracts / projects);
  const calls = leastWrites({
    vendors: rowsOf("LFA1"),
    contractsByProject: Array.from({ length: projects }, () => ({ contracts: each, approved: each })),
    linesByContract: Array.from({ length: Math.min(contracts, 1_000_000) }, () => 1),
    requisitions: rowsOf("RBKP"),
    directCostsByProject: Array.from({ length: projects }, () => ({
      directCosts: 1,
      lines: Math.ceil(rowsOf("BSEG") / projects),
    })),
  }).total;
  const hours = (pace: { hourly: number; spike: number }) => leastDurationMs(calls, pace) / 3_600_000;
  const shown = hours(quota);
  return [
    ["calls to Procore if everything in SAP went there", groupDigits(calls)],
    [
      "hours at this quota",
      `${hoursText({ low: shown, high: shown })} (${groupDigits(quota.hourly)} calls an hour${quota.isKnown ? "" : ", as documented; Procore showed no other number"})`,
    ],
  ];
}

function procoreTables({ procore, sap }: FitFacts): FitTable[] {
  if (!procore) return [];
  const projects = procore.projects ?? [];
  const found = projects.flatMap((each) => (each.state === "found" ? [each] : []));
  const tools = [...new Set(found.flatMap((each) => each.tools.map(({ tool }) => tool)))];
  const stateOf = (each: (typeof found)[number], tool: string): string => {
    const fact = each.tools.find((one) => one.tool === tool);
    if (fact === undefined || fact.state === "skipped") return "not asked";
    return fact.state === "refused" ? `no (${fact.status})` : `yes, ${fact.isWhole ? "" : "over "}${fact.rows}`;
  };
  const companies = procore.directory?.companies ?? [];
  const links = (kind: string) => String(companies.filter(({ link }) => link.kind === kind).length);
  return [
    {
      title: "Procore: projects of the mapping",
      columns: ["project", "id", "currency", ...tools],
      rows: projects.map((each) =>
        each.state === "found"
          ? [each.name, String(each.id), each.currency ?? "", ...tools.map((tool) => stateOf(each, tool))]
          : [each.name, each.state === "absent" ? "not seen" : "several", "", ...tools.map(() => "")],
      ),
    },
    {
      title: "Procore: directory",
      columns: ["what", "companies"],
      rows: [
        ["listed", `${companies.length}${procore.directory?.isWhole === false ? ", not all" : ""}`],
        ["without origin id", links("free")],
        ["linked by this SAP client", links("own")],
        ["linked by another system", links("foreign")],
      ],
    },
    {
      title: "Procore: the first sync",
      columns: ["what", "how much"],
      rows: [...(sap ? firstSync(sap, found.length, procore) : []), ["calls this check made", String(procore.calls)]],
    },
  ];
}

function moneyTables({ sap }: FitFacts, mapping: Mapping): FitTable[] {
  if (!sap?.spend) return [];
  const { spend } = sap;
  const money = coverageOf(spend, mapping).map(({ currency, sizeMinor, coveredPermille, lines }) => [
    currency,
    groupDigits(formatMoney({ minor: sizeMinor, currency })),
    percentOf(coveredPermille),
    String(lines),
  ]);
  const title = `Recent direct cost: ${spend.documents} documents entered ${spend.from} to ${spend.until}${spend.isWhole ? "" : ", not all"}`;
  return [{ title, columns: ["currency", "size", "placed by rules", "lines"], rows: money }];
}

function twinTable({ twins }: Fit, { sap }: FitFacts): FitTable[] {
  if (!twins) return [];
  const part = sap?.vendors?.isWhole === false ? " (a sample)" : "";
  return [
    {
      title: `Vendors${part}`,
      columns: ["what", "vendors"],
      rows: [
        ["in scope", String(twins.inScope)],
        ["to be created", String(twins.create)],
        ["in Procore already, to be linked", String(twins.adopt)],
        ["probable twins, to be asked", String(twins.ask)],
      ],
    },
  ];
}

function subjectOf({ connection, at, tookMs, minutes, facts: { sap, procore } }: FitShown): FitView["subject"] {
  const system = sap?.system;
  return [
    ["Connection", connection],
    ["Looked at", `${at}, ${groupDigits(Math.ceil(tookMs / 1_000))} s of ${minutes} minutes`],
    ...(system
      ? [
          [
            "SAP",
            `${system.systemId}, client ${system.client}, release ${system.release}, on ${system.host}, as ${system.user}`,
          ] as const,
        ]
      : []),
    ...(sap ? [["Load on SAP", `${groupDigits(sap.load.calls)} calls, ${groupDigits(sap.load.rows)} rows`] as const] : []),
    ...(procore?.company
      ? [
          [
            "Procore",
            `${procore.company.name} (${procore.company.id}), as ${procore.account ?? "?"}, ${procore.permittedProjects ?? 0} projects permitted`,
          ] as const,
        ]
      : []),
    ["Written", "nothing, to either system"],
  ];
}

export function viewOfFit(shown: FitShown): FitView {
  const { fit, facts, mapping } = shown;
  return {
    verdict: fit.verdict,
    headline: headlines[fit.verdict],
    subject: subjectOf(shown),
    fixes: fixesOf(fit),
    notes: fit.findings.filter(({ severity }) => severity === "go"),
    tables: [
      ...(facts.sap ? sapTables(facts.sap) : []),
      ...procoreTables(facts),
      ...twinTable(fit, facts),
      ...moneyTables(facts, mapping),
    ].filter(({ rows }) => rows.length > 0),
    skipped: fit.skipped,
    notSeen,
  };
}
