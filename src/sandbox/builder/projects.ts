/**
 * Project structures (PROJ, PRPS), internal orders and networks of the group, and the mapping of their cost objects. Every project
 * has a Procore project of its own number, except a few that have none or one that the client may not see.
 */
import { isoDay, monthEnd, monthStart } from "./days.ts";
import type { Activity, Element, Group, SapProject } from "./group.ts";
import { compactRow } from "./group.ts";
import { type Company, companies, costAccounts, kokrs } from "./organisation.ts";

const phases: readonly { code: string; names: readonly string[] }[] = [
  { code: "01", names: ["Supervision", "Temporary works", "Permits"] },
  { code: "03", names: ["Formwork", "Cast-in-place concrete", "Reinforcing"] },
  { code: "05", names: ["Structural steel", "Metal decking", "Misc. metals"] },
  { code: "22", names: ["Plumbing piping", "Fixtures", "Equipment"] },
  { code: "26", names: ["Power", "Lighting", "Communications"] },
  { code: "31", names: ["Clearing", "Excavation", "Shoring"] },
  { code: "32", names: ["Paving", "Fences", "Planting"] },
];
const places = [
  "Harbor View",
  "Cedar Park",
  "Northgate",
  "Union Yard",
  "Lakeshore",
  "Airport West",
  "Mill Creek",
  "Stadium",
  "Old Town",
  "Foothills",
];
const kinds = [
  "Medical Center",
  "Distribution Hub",
  "High School",
  "Bridge",
  "Data Center",
  "Apartments",
  "Water Plant",
  "Office Tower",
];

/** The order in which company codes get projects: each of the first three gets one, then mostly the first. */
const companyTurns = [0, 1, 2, 0, 0, 0, 1, 0, 2, 0];

const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const elementsPerPhase = 3;
const phasesPerProject = 4;

function addElements(group: Group, project: { pspnr: string; pspid: string; company: Company }, index: number): Element[] {
  const { bukrs, currency } = project.company;
  let next = Number(project.pspnr) * 100;
  const add = (posid: string, name: string, level: number, isAccount: boolean, isStatistical = false): string => {
    next += 1;
    const pspnr = pad(next, 8);
    group.tables.add(
      "PRPS",
      compactRow({
        PSPNR: pspnr,
        POSID: posid,
        POST1: name,
        OBJNR: `PR${pspnr}`,
        PSPHI: project.pspnr,
        ERDAT: "20200115",
        PBUKR: bukrs,
        PKOKR: kokrs,
        STUFE: String(level),
        PLAKZ: "X",
        BELKZ: isAccount ? "X" : undefined,
        PWPOS: currency,
        XSTAT: isStatistical ? "X" : undefined,
      }),
    );
    return pspnr;
  };
  add(project.pspid, "Project", 1, false);
  const elements: Element[] = [];
  for (let turn = 0; turn < phasesPerProject; turn += 1) {
    const phase = phases[(index + turn) % phases.length];
    if (phase === undefined) continue;
    add(`${project.pspid}-${phase.code}`, `Division ${phase.code}`, 2, false);
    phase.names.forEach((name, at) => {
      const posid = `${project.pspid}-${phase.code}-${pad(at + 1, 2)}`;
      const serial = turn * elementsPerPhase + at;
      const isStatistical = index === 0 && serial === 8;
      const pspnr = add(posid, name, 3, true, isStatistical);
      // Left out of the mapping on purpose: the fifth element of every third project.
      const isMapped = !(serial === 4 && index % 3 === 0);
      elements.push({ pspnr, posid, costCode: `${phase.code}-${at + 1}00`, name, isMapped, isStatistical });
    });
  }
  return elements;
}

function addOrder(group: Group, aufnr: string, text: string, company: Company, pspel?: string, isStatistical = false): string {
  group.tables.add(
    "AUFK",
    compactRow({
      AUFNR: aufnr,
      AUART: "ZB01",
      AUTYP: "01",
      ERDAT: "20200115",
      KTEXT: text,
      BUKRS: company.bukrs,
      KOKRS: kokrs,
      PSPEL: pspel,
      OBJNR: `OR${aufnr}`,
      WAERS: company.currency,
      ASTKZ: isStatistical ? "X" : undefined,
    }),
  );
  return aufnr;
}

function addNetwork(group: Group, serial: number, company: Company, elements: readonly Element[], isLoose: boolean): Activity[] {
  const nplnr = pad(4_000_000 + serial, 12);
  const aufpl = pad(1000 + serial, 10);
  group.tables.add(
    "AUFK",
    compactRow({
      AUFNR: nplnr,
      AUART: "PS02",
      AUTYP: "20",
      ERDAT: "20200115",
      KTEXT: "Site network",
      BUKRS: company.bukrs,
      KOKRS: kokrs,
      OBJNR: `OR${nplnr}`,
      WAERS: company.currency,
    }),
  );
  return ["0010", "0020"].map((vornr, at) => {
    // An activity may belong to no WBS element; then the network itself is the object.
    const pspnr = isLoose && at === 1 ? "00000000" : (elements[at]?.pspnr ?? "00000000");
    const aplzl = pad(at + 1, 8);
    group.tables.add("AFVC", compactRow({ AUFPL: aufpl, APLZL: aplzl, VORNR: vornr, LTXA1: `Activity ${vornr}`, PROJN: pspnr }));
    return { nplnr, aufpl, aplzl, pspnr };
  });
}

function addProject(group: Group, index: number, kind: SapProject["procore"]["kind"]): SapProject {
  const company = companies[companyTurns[index % companyTurns.length] ?? 0] ?? companies[0];
  if (company === undefined) throw new Error("the group has no company code");
  const pspid = `P-${pad(1001 + index, 4)}`;
  const pspnr = pad(1001 + index, 8);
  const round = Math.floor(index / (places.length * 4));
  const name = `${places[index % places.length]} ${kinds[(index * 3 + round) % kinds.length]}`;
  group.tables.add("PROJ", {
    PSPNR: pspnr,
    PSPID: pspid,
    POST1: name,
    OBJNR: `PD${pspnr}`,
    ERDAT: "20200115",
    VBUKR: company.bukrs,
    VKOKR: kokrs,
    PWHIE: company.currency,
  });
  const elements = addElements(group, { pspnr, pspid, company }, index);
  const belonging = addOrder(group, pad(800_001 + index * 10, 12), `Site services ${pspid}`, company, elements[1]?.pspnr);
  const alone = addOrder(group, pad(800_002 + index * 10, 12), `Warranty ${pspid}`, company);
  const activities = addNetwork(group, index, company, elements, index % 4 === 0);
  return {
    pspnr,
    pspid,
    name,
    company,
    elements,
    orders: [
      { aufnr: belonging, pspel: elements[1]?.pspnr ?? "" },
      { aufnr: alone, pspel: "" },
    ],
    activities,
    procore: { kind, id: 560_000 + index, number: `26-${pad(1001 + index, 4)}` },
  };
}

function mapProject(group: Group, project: SapProject, index: number): void {
  const { number } = project.procore;
  for (const element of project.elements) {
    if (!element.isMapped) continue;
    const base = { objectType: "wbs" as const, object: element.posid, project: number, costCode: element.costCode };
    group.rules.push({ ...base, costType: "O" });
    for (const { saknr, costType } of costAccounts) {
      if (costType === "O") continue;
      // Accounts in external form: both spellings are legal in the file.
      group.rules.push({ ...base, account: index % 2 === 0 ? saknr.replace(/^0+/, "") : saknr, costType });
    }
  }
  const [first] = project.elements;
  if (first?.isMapped) {
    // An exact account outranks an exact material group (ruling 29); this one decides where no account rule does.
    group.rules.push({
      objectType: "wbs",
      object: first.posid,
      materialGroup: "CONCRETE",
      project: number,
      costCode: first.costCode,
      costType: "M",
    });
  }
  const alone = project.orders[1];
  if (alone !== undefined && first !== undefined && index % 5 !== 4) {
    const object = index % 2 === 0 ? alone.aufnr.replace(/^0+/, "") : alone.aufnr;
    group.rules.push({ objectType: "order", object, project: number, costCode: first.costCode, costType: "O" });
  }
  const network = project.activities[0];
  if (network !== undefined && first !== undefined && index % 8 !== 4) {
    group.rules.push({ objectType: "network", object: network.nplnr, project: number, costCode: first.costCode, costType: "E" });
  }
}

/** Cost centres and plants of each company code: yards go to its first project, one moves to another project at a period's start. */
function mapYards(group: Group): void {
  for (const company of companies) {
    const own = group.projects.filter((project) => project.company === company && project.procore.kind === "permitted");
    const [first] = own;
    const target = first?.elements[0];
    if (first === undefined || target === undefined) continue;
    const second = own[1] ?? first;
    const moved = second.elements[0]?.costCode ?? target.costCode;
    const [steady, moving, named] = company.yards;
    const to = { project: first.procore.number, costCode: target.costCode };
    const move = monthStart(group.options.asOf, -2);
    const yard = { objectType: "cost-center" as const };
    group.rules.push(
      { ...yard, object: steady ?? "", ...to, costType: "O" },
      { ...yard, object: steady ?? "", account: "440000", ...to, costType: "E" },
      { ...yard, object: moving?.replace(/^0+/, "") ?? "", validTo: isoDay(monthEnd(move, -1)), ...to, costType: "O" },
      { ...yard, object: moving ?? "", validFrom: isoDay(move), project: second.procore.number, costCode: moved, costType: "O" },
      { ...yard, object: named ?? "", companyCode: company.bukrs, ...to, costType: "E" },
      { ...yard, object: named ?? "", ...to, costType: "O" },
      { objectType: "plant", object: company.plants[0] ?? "", ...to, costType: "O" },
      { objectType: "plant", object: company.plants[0] ?? "", materialGroup: "STEEL", ...to, costType: "M" },
    );
    group.note("cost centre that moves to another project at a period's start", moving ?? "");
    group.note("plant without a mapping rule", company.plants[1] ?? "");
    group.note("cost centre without a mapping rule", company.headOffice);
  }
}

export function addProjects(group: Group): void {
  const { projects } = group.options;
  const extra = Math.max(1, Math.floor(projects / 20));
  for (let index = 0; index < projects + 2 * extra; index += 1) {
    const kind = index < projects ? "permitted" : index < projects + extra ? "absent" : "not-permitted";
    const project = addProject(group, index, kind);
    group.projects.push(project);
    mapProject(group, project, index);
    if (kind === "absent") group.note("SAP project without a Procore project", project.pspid);
    if (kind === "not-permitted") group.note("SAP project whose Procore project the client may not see", project.pspid);
    for (const element of project.elements)
      if (!element.isMapped) group.note("WBS element without a mapping rule", element.posid);
  }
  const [first] = group.projects;
  if (first !== undefined) {
    const aufnr = addOrder(group, "000000899999", "Statistical order", first.company, undefined, true);
    group.note("statistical internal order", aufnr);
    const element = first.elements.find((candidate) => candidate.isStatistical);
    if (element !== undefined) group.note("statistical WBS element", element.posid);
  }
  mapYards(group);
}
