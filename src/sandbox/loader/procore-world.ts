/**
 * The Procore and the mapping of a loaded world: one project for each mapped plant and each group of cost centres, one cost code an
 * account, so that what Procore shows can be compared with the extract by plant, cost centre and account.
 */
import {
  compactText,
  lineItemTypes,
  type MappingRule,
  procoreClient,
  procoreCompanyId,
  seedProject,
  type Tables,
} from "../builder/index.ts";
import type { ProcoreSeed, ProcoreSeedProject } from "../world.ts";
import type { ExtractProfile } from "./profiles.ts";
import { carriesObject, companyOf } from "./stubs.ts";

/** Cost code and type of what a plant buys for stock. */
export const plantCode = { costCode: "01-100", costType: "M" } as const;
const accountType = "O";

/** `0000760000` becomes `76-0000`. */
export function costCodeOfAccount(account: string): string {
  const text = compactText(account);
  return `${text.slice(0, 2)}-${text.slice(2)}`;
}

/** Cost centres of one group share their letters: NAPC1000 belongs to NAPC. */
const costCenterGroup = (kostl: string): string => /^[A-Z]+/.exec(kostl)?.[0] ?? compactText(kostl);

export const plantProject = (werks: string): string => `PLANT-${werks}`;
export const costCenterProject = (kostl: string): string => `CC-${costCenterGroup(kostl)}`;

type Project = { number: string; name: string; currency: string; codes: Map<string, string> };

function addCode(projects: Map<string, Project>, project: Omit<Project, "codes">, code: string, name: string): void {
  const known = projects.get(project.number) ?? { ...project, codes: new Map() };
  projects.set(project.number, known);
  known.codes.set(code, name);
}

/** A plant belongs to the company code that buys for it; the item may leave that to its header. */
function companyOfPlant(tables: Tables, werks: string): string | undefined {
  const item = tables.rows("EKPO").find((row) => row["WERKS"] === werks);
  return item?.["BUKRS"] ?? tables.rows("EKKO").find((row) => row["EBELN"] === item?.["EBELN"])?.["BUKRS"];
}

export function procoreWorld(tables: Tables, profile: ExtractProfile): { seed: ProcoreSeed; rules: MappingRule[] } {
  const projects = new Map<string, Project>();
  const rules = new Map<string, MappingRule>();
  const currencyOf = (bukrs: string) => companyOf(profile, bukrs).currency;
  for (const werks of profile.mappedPlants) {
    const bukrs = companyOfPlant(tables, werks);
    if (bukrs === undefined) continue; // nothing was bought for it
    const number = plantProject(werks);
    addCode(projects, { number, name: `Plant ${werks}`, currency: currencyOf(bukrs) }, plantCode.costCode, "Purchases");
    rules.set(werks, { objectType: "plant", object: werks, project: number, ...plantCode });
  }
  for (const line of tables.rows("BSEG").filter(carriesObject)) {
    const kostl = line["KOSTL"];
    const account = line["HKONT"];
    if (kostl === undefined || account === undefined) continue;
    const number = costCenterProject(kostl);
    const costCode = costCodeOfAccount(account);
    const name = `Cost centers ${costCenterGroup(kostl)}`;
    addCode(projects, { number, name, currency: currencyOf(line["BUKRS"] ?? "") }, costCode, `Account ${compactText(account)}`);
    const rule = { objectType: "cost-center" as const, object: kostl, account, project: number, costCode, costType: accountType };
    rules.set(`${kostl} ${account}`, rule);
  }
  const seedProjects = [...projects.values()].map(
    ({ number, name, currency, codes }, index): ProcoreSeedProject =>
      seedProject(
        { id: 570_001 + index, name, projectNumber: number, currencyIsoCode: currency },
        [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fullCode, text]) => ({ fullCode, name: text })),
        () => false,
      ),
  );
  return {
    seed: {
      companies: [{ id: procoreCompanyId, name: `Extract ${profile.name}` }],
      clients: [{ ...procoreClient, companyId: procoreCompanyId, permittedProjectIds: "all" }],
      projects: seedProjects,
      lineItemTypes,
      vendors: [],
    },
    rules: [...rules.values()],
  };
}
