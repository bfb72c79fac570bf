/**
 * Fills an empty world from `<world>/procore/seed.json`. Ids are the seed's; what Procore would have of its own accord (units of
 * measure, parents of cost codes) is added in a fixed order, so that the same seed always gives the same world.
 */
import { readFileSync } from "node:fs";
import type { ProcoreSeed, ProcoreSeedProject } from "../world.ts";
import type { World } from "./world.ts";

/** The seed carries no times; records of the seed are older than anything a test does. */
const seededAt = "2020-01-01T00:00:00Z";
const stamps = { createdAt: seededAt, updatedAt: seededAt };

/** Procore's standard units, the ones a construction group meets. */
const standardUoms =
  "ls ea hr hours day days week month lf ft in yd m cm mm km sf sy m2 cf cy m3 l gal kg g lb ton tons t tonne bag box pcs set roll pallet";

export function readSeed(path: string): ProcoreSeed {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(`${path} is not there. Build a world first, or name the folder of one.`);
  }
  try {
    return JSON.parse(text) as ProcoreSeed;
  } catch (error) {
    throw new Error(`${path} is not JSON (${error instanceof Error ? error.message : String(error)}). Build the world again.`);
  }
}

export function plantSeed(world: World, seed: ProcoreSeed): void {
  let serial = 0;
  for (const company of seed.companies) {
    world.companies.put(company);
    for (const name of standardUoms.split(" ")) {
      serial += 1;
      world.uoms.put({ id: serial, companyId: company.id, name, standard: true, categoryId: 1 });
    }
  }
  for (const [index, client] of seed.clients.entries()) world.clients.put({ id: index + 1, ...client });
  for (const type of seed.lineItemTypes) world.lineItemTypes.put({ ...type, originId: null });
  for (const project of seed.projects) plantProject(world, project);
  for (const vendor of seed.vendors) plantVendor(world, vendor);
  world.takeChanges();
}

function plantVendor(world: World, vendor: ProcoreSeed["vendors"][number]): void {
  const register =
    vendor.taxId === undefined || vendor.taxId === "" ? null : { id: vendor.id, type: "ein", identifier: vendor.taxId };
  world.vendors.put({
    id: vendor.id,
    companyId: vendor.companyId,
    name: vendor.name,
    isActive: vendor.isActive,
    originId: vendor.originId ?? null,
    countryCode: null,
    stateCode: null,
    parentId: null,
    businessRegister: register,
    fields: filled({
      address: vendor.address,
      city: vendor.city,
      business_phone: vendor.phone,
      email_address: vendor.email,
    }),
    ...stamps,
  });
}

function filled(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function plantProject(world: World, project: ProcoreSeedProject): void {
  const { costCodes, wbsCodes, billingPeriods = [], ...header } = project;
  world.projects.put({ ...header, ...stamps });
  const byFullCode = new Map(costCodes.map((code) => [code.fullCode, code]));
  costCodes.forEach((code, position) => {
    const cut = code.fullCode.lastIndexOf("-");
    const parent = cut < 0 ? undefined : byFullCode.get(code.fullCode.slice(0, cut));
    world.costCodes.put({
      id: code.id,
      projectId: project.id,
      companyId: project.companyId,
      code: code.fullCode.slice(cut + 1),
      fullCode: code.fullCode,
      name: code.name,
      parentId: parent?.id ?? null,
      position: position + 1,
      originId: null,
      originData: null,
      ...stamps,
    });
  });
  billingPeriods.forEach((period, index) => {
    world.billingPeriods.put({ ...period, projectId: project.id, position: index + 1, ...stamps });
  });
  for (const wbs of wbsCodes) {
    const costCode = byFullCode.get(wbs.costCode);
    const type = world.lineItemTypes.first("code", `${project.companyId}|${wbs.costType}`);
    if (costCode === undefined || type === undefined) {
      const missing = costCode === undefined ? `cost code "${wbs.costCode}"` : `cost type "${wbs.costType}"`;
      throw new Error(`The seed's budget code ${wbs.id} of project ${project.id} names the ${missing}, which the seed lacks.`);
    }
    world.wbsCodes.put({
      id: wbs.id,
      projectId: project.id,
      costCodeId: costCode.id,
      lineItemTypeId: type.id,
      flatCode: `${costCode.fullCode}.${type.code}`,
      description: `${costCode.name}.${type.name}`,
      status: "active",
      ...stamps,
    });
  }
}
