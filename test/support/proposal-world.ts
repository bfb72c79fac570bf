// A built group as the proposals see it: cost lines and reference records from the world's tables, Procore from its seed, and where each line belongs by the
// builder's own rules. A reading of its own: it shares nothing with the extracts.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readMapping } from "../../src/cli/config/index.ts";
import {
  type CoverageLine,
  compileMapping,
  type Mapping,
  type MappingQuery,
  type MappingRule,
  type ProjectBudget,
  type ProposeAsk,
  type ReferenceKind,
  type ReferenceRecord,
  type SapDate,
} from "../../src/core/index.ts";
import { buildGroup, type ProcoreSeed } from "../../src/sandbox/index.ts";

type Row = Readonly<Record<string, string>>;
export type Budgets = {
  byProject: ReadonlyMap<number, ProjectBudget>;
  types: { code: string; name: string; baseType: string }[];
};
export type ProposalWorld = Omit<ProposeAsk, "mapping"> & { mapping: Mapping; budgets: Budgets };

const reference = (of: ReferenceKind, keys: readonly string[], facts: Partial<ReferenceRecord>): ReferenceRecord => ({
  kind: "reference",
  of,
  key: `${of}:${keys.join("/")}`,
  validFrom: "",
  validTo: "",
  text: "",
  longText: "",
  language: "E",
  attributes: {},
  ...facts,
});

function referencesOf(rows: (table: string) => readonly Row[]): ReferenceRecord[] {
  const english = (table: string) => rows(table).filter((row) => row["SPRAS"] === "E");
  const texts = new Map(english("SKAT").map((row) => [row["SAKNR"], row]));
  const elementTexts = new Map(english("CSKU").map((row) => [row["KSTAR"], row]));
  const centers = new Map(english("CSKT").map((row) => [row["KOSTL"], row]));
  const at = (row: Row | undefined, field: string) => row?.[field] ?? "";
  return [
    ...rows("T001").map((row) =>
      reference("company-code", [at(row, "BUKRS")], { attributes: { chartOfAccounts: at(row, "KTOPL") } }),
    ),
    ...rows("PROJ").map((row) =>
      reference("project", [at(row, "PSPNR")], { text: at(row, "POST1"), attributes: { id: at(row, "PSPID") } }),
    ),
    ...rows("PRPS").map((row) =>
      reference("wbs-element", [at(row, "PSPNR")], {
        text: at(row, "POST1"),
        attributes: {
          id: at(row, "POSID"),
          project: at(row, "PSPHI"),
          companyCode: at(row, "PBUKR"),
          isAccountAssignment: at(row, "BELKZ"),
        },
      }),
    ),
    ...rows("AUFK").map((row) =>
      reference("order", [at(row, "AUFNR")], {
        text: at(row, "KTEXT"),
        attributes: { wbsElement: at(row, "PSPEL"), companyCode: at(row, "BUKRS") },
      }),
    ),
    ...rows("CSKS").map((row) =>
      reference("cost-center", [at(row, "KOKRS"), at(row, "KOSTL"), at(row, "DATBI")], {
        text: at(centers.get(row["KOSTL"] ?? ""), "KTEXT"),
        validTo: at(row, "DATBI"),
        attributes: { companyCode: at(row, "BUKRS") },
      }),
    ),
    ...rows("SKA1").map((row) =>
      reference("gl-account", [at(row, "KTOPL"), at(row, "SAKNR")], {
        text: at(texts.get(row["SAKNR"] ?? ""), "TXT20"),
        longText: at(texts.get(row["SAKNR"] ?? ""), "TXT50"),
        attributes: { isBalanceSheet: at(row, "XBILK") },
      }),
    ),
    ...rows("CSKB").map((row) =>
      reference("cost-element", [at(row, "KOKRS"), at(row, "KSTAR"), at(row, "DATBI")], {
        text: at(elementTexts.get(row["KSTAR"] ?? ""), "KTEXT"),
        longText: at(elementTexts.get(row["KSTAR"] ?? ""), "LTEXT"),
        attributes: { category: at(row, "KATYP") },
      }),
    ),
  ];
}

function linesOf(rows: (table: string) => readonly Row[]): CoverageLine[] {
  const posids = new Map(rows("PRPS").map((row) => [row["PSPNR"], row["POSID"] ?? ""]));
  const activities = new Map(rows("AFVC").map((row) => [`${row["AUFPL"]} ${row["APLZL"]}`, posids.get(row["PROJN"] ?? "")]));
  const orders = new Map(rows("AUFK").map((row) => [row["AUFNR"], posids.get(row["PSPEL"] ?? "")]));
  const currencies = new Map(rows("T001").map((row) => [row["BUKRS"], row["WAERS"] ?? ""]));
  const balance = new Set(rows("SKA1").flatMap((row) => (row["XBILK"] === "X" ? [row["SAKNR"]] : [])));
  const days = new Map(rows("BKPF").map((row) => [`${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`, row["BUDAT"] ?? ""]));
  const objectOf = (row: Row): Pick<MappingQuery, "objectKind" | "object"> | undefined => {
    const wbs = (object: string | undefined) => (object ? ({ objectKind: "wbs", object } as const) : undefined);
    const activity = activities.get(`${row["AUFPL"]} ${row["APLZL"]}`);
    if (row["PROJK"]) return wbs(posids.get(row["PROJK"]));
    if (row["NPLNR"]) return wbs(activity) ?? { objectKind: "network", object: row["NPLNR"] };
    if (row["AUFNR"]) return wbs(orders.get(row["AUFNR"])) ?? { objectKind: "order", object: row["AUFNR"] };
    return row["KOSTL"] ? { objectKind: "cost-center", object: row["KOSTL"] } : undefined;
  };
  return rows("BSEG").flatMap((row): CoverageLine[] => {
    const object = objectOf(row);
    const [companyCode = "", account = ""] = [row["BUKRS"], row["HKONT"]];
    if (!object || balance.has(account)) return [];
    const date = (days.get(`${companyCode} ${row["BELNR"]} ${row["GJAHR"]}`) ?? "20260101") as SapDate;
    const sizeMinor = BigInt((row["DMBTR"] ?? "0").replace(".", ""));
    return [
      {
        query: { companyCode, ...object, account, materialGroup: "", date },
        currency: currencies.get(companyCode) ?? "",
        lines: 1,
        sizeMinor,
      },
    ];
  });
}

function budgetsOf(seed: ProcoreSeed): Budgets {
  const byProject = seed.projects.map(({ id, costCodes, wbsCodes }): [number, ProjectBudget] => [
    id,
    {
      costCodes: costCodes.map(({ fullCode, name }) => ({ fullCode, name, originId: null })),
      budgetCodes: new Set(wbsCodes.map(({ costCode, costType }) => `${costCode}.${costType}`)),
    },
  ]);
  return {
    byProject: new Map(byProject),
    types: seed.lineItemTypes.map(({ code, name, baseType }) => ({ code, name, baseType })),
  };
}

/** Only what leads to projects that the service account sees is right to propose: the others are no candidates. */
export function openProposalWorld(options: { seed: number; projects: number; costLines: number }): ProposalWorld {
  const worldFolder = mkdtempSync(join(tmpdir(), "mlc-propose-"));
  try {
    buildGroup({ worldFolder, asOf: "20260930", vendors: 60, purchaseOrders: 60, poLines: 120, ledgers: "none", ...options });
    const read = (path: string) => readFileSync(join(worldFolder, path), "utf8");
    const rows = (table: string): Row[] =>
      read(`ecc/tables/${table}.ndjson`)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row);
    const seed = JSON.parse(read("procore/seed.json")) as ProcoreSeed;
    const permitted = seed.clients[0]?.permittedProjectIds ?? [];
    const projects = seed.projects.filter(({ id }) => permitted === "all" || permitted.includes(id));
    return {
      mapping: readMapping("mapping.csv", read("config/mapping.csv")),
      lines: linesOf(rows),
      references: referencesOf(rows),
      projects: projects.map(({ id, name, projectNumber, active }) => ({
        id,
        name,
        projectNumber,
        isActive: active,
        originId: null,
      })),
      naming: { client: { systemId: "S01", client: "100" }, rows: {} },
      budgets: budgetsOf(seed),
    };
  } finally {
    rmSync(worldFolder, { recursive: true, force: true });
  }
}

export function compiled(rules: readonly MappingRule[]): Mapping {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error(mapping.error.map(({ detail }) => detail).join("; "));
  return mapping.value;
}
