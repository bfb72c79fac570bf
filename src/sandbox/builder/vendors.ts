/**
 * Vendor masters (LFA1, LFB1, LFM1, ADRC, ADR6) in several account groups, with the blocked, the employees, the one-time account, the
 * namesakes and the awkward keys; and the vendors that stand in Procore already.
 */
import type { ProcoreSeed, ProcoreSeedVendor } from "../world.ts";
import { compactRow, type Group } from "./group.ts";
import { balanceAccounts, type Company, companies } from "./organisation.ts";
import { procoreCompanyId } from "./procore-seed.ts";
import { cut } from "./tables.ts";

const firsts = [
  "Summit", "Blue Ridge", "Keystone", "Prairie", "Ironwood", "Granite", "Pioneer", "Redwood", "Delta", "Crestline", "Anchor", "Falcon",
  "Copper Creek", "Lone Star", "Maple", "Evergreen", "Silverado", "Beacon", "Atlas", "Cascade", "Juniper", "Mesa", "Tri-State", "Valley",
  "Northern", "Capitol", "Frontier", "Harvest", "Liberty", "Monarch", "Orion", "Patriot", "Quarry", "Rapid", "Sterling", "Titan",
]; // biome-ignore format: a word list
const trades = [
  "Concrete", "Steel Erectors", "Electric", "Plumbing", "Excavating", "Paving", "Drywall", "Roofing", "Glass", "Crane Service",
  "Rentals", "Lumber", "Masonry", "Painting", "Fire Protection", "HVAC", "Surveying", "Fencing", "Insulation", "Hauling",
]; // biome-ignore format: a word list
const forms = ["Inc.", "LLC", "Co.", "Ltd.", "Corp.", "Group"];

/** Of LFA1-NAME1. */
const nameLengthMax = 35;

/** All combinations before any repeats: 36 x 20 x 6 names, then numbered. */
export function vendorName(index: number): string {
  const first = firsts[index % firsts.length];
  const trade = trades[Math.floor(index / firsts.length) % trades.length];
  const form = forms[Math.floor(index / (firsts.length * trades.length)) % forms.length];
  const round = Math.floor(index / (firsts.length * trades.length * forms.length));
  const number = round === 0 ? "" : ` ${round + 1}`;
  return `${first} ${trade} ${form}`.slice(0, nameLengthMax - number.length) + number;
}

type VendorFacts = {
  lifnr: string;
  name: string;
  ktokk?: string;
  company: Company;
  /** Company codes with an LFB1 row. */
  companies: readonly string[];
  flags?: Readonly<Record<string, string>>;
  companyFlags?: Readonly<Record<string, string>>;
};

function drawTaxId({ draw, taxIds }: Group): string {
  const prefix = draw.int(10, 98);
  let serial = draw.int(1_000_000, 9_999_999);
  while (taxIds.has(`${prefix}-${serial}`)) serial = serial === 9_999_999 ? 1_000_000 : serial + 1;
  taxIds.add(`${prefix}-${serial}`);
  return `${prefix}-${serial}`;
}

function addVendor(group: Group, facts: VendorFacts): void {
  const { tables, draw } = group;
  const { land1, regio, city, currency } = facts.company;
  const adrnr = String(20_000 + tables.rows("LFA1").length).padStart(10, "0");
  const street = `${draw.int(1, 9900)} ${draw.pick(["Industrial Way", "Main St", "County Rd 12", "Harbor Blvd", "Nordstraße"])}`;
  const stcd2 = land1 === "US" ? drawTaxId(group) : undefined;
  const erdat = `20${draw.int(12, 22)}0${draw.int(1, 9)}1${draw.int(0, 9)}`;
  const place = { ORT01: city, PSTLZ: String(draw.int(10_000, 99_999)), REGIO: regio, STRAS: street };
  tables.add(
    "LFA1",
    compactRow({
      LIFNR: facts.lifnr,
      LAND1: land1,
      NAME1: facts.name,
      ...place,
      SORTL: facts.name
        .replace(/[^\p{L}\d]/gu, "")
        .toUpperCase()
        .slice(0, 10),
      ADRNR: adrnr,
      MCOD1: cut(facts.name.toUpperCase(), 25),
      ERDAT: erdat,
      ERNAM: "MIGRATION",
      KTOKK: facts.ktokk ?? "KRED",
      SPRAS: facts.company.spras,
      STCD2: stcd2,
      TELF1: `555-0${draw.int(100, 199)}`,
      ...facts.flags,
    }),
  );
  for (const bukrs of facts.companies) {
    const zterm = draw.pick(["0001", "ZB30", "Z045"]);
    tables.add(
      "LFB1",
      compactRow({
        LIFNR: facts.lifnr,
        BUKRS: bukrs,
        ERDAT: erdat,
        AKONT: balanceAccounts.payable,
        ZTERM: zterm,
        ...facts.companyFlags,
      }),
    );
    tables.add("LFM1", { LIFNR: facts.lifnr, EKORG: bukrs, ERDAT: erdat, WAERS: currency, ZTERM: zterm });
  }
  tables.add(
    "ADRC",
    compactRow({
      ADDRNUMBER: adrnr,
      DATE_FROM: "00010101",
      DATE_TO: "99991231",
      NAME1: facts.name,
      CITY1: city,
      POST_CODE1: place.PSTLZ,
      STREET: street,
      COUNTRY: land1,
      REGION: regio,
      LANGU: facts.company.spras,
    }),
  );
  const smtp = `ap${tables.rows("ADR6").length + 1}@vendor.example`;
  tables.add("ADR6", { ADDRNUMBER: adrnr, DATE_FROM: "00010101", CONSNUMBER: "001", FLGDEFAULT: "X", SMTP_ADDR: smtp });
}

const number = (value: number): string => String(value).padStart(10, "0");

/** Each of these is one vendor of a kind that the rules treat apart. */
function addSpecialVendors(group: Group, home: Company, seedVendors: SeedVendor[]): void {
  const all = companies.map(({ bukrs }) => bukrs);
  const special = (
    note: string,
    facts: Omit<VendorFacts, "company" | "companies"> & { companies?: readonly string[] },
    isGood = false,
  ) => {
    const vendor = { company: home, companies: all, ...facts };
    addVendor(group, vendor);
    group.note(note, vendor.lifnr);
    const known = { lifnr: vendor.lifnr, name: vendor.name, companies: vendor.companies };
    if (isGood) for (const bukrs of vendor.companies) group.goodVendors.get(bukrs)?.push(known);
    else group.badVendors.push(known);
  };
  special("vendor twin of an active Procore vendor", { lifnr: number(190_001), name: "Twin Peaks Concrete Inc." });
  special("vendor twin of an inactive Procore vendor, other case and blanks", {
    lifnr: number(190_002),
    name: "OLD  MILL Lumber",
  });
  special("vendor blocked centrally", { lifnr: number(190_003), name: "Blocked Builders LLC", flags: { SPERR: "X" } });
  special("vendor deleted centrally", { lifnr: number(190_004), name: "Gone Fencing Co.", flags: { LOEVM: "X" } });
  special("vendor blocked in all its company codes", {
    lifnr: number(190_005),
    name: "Nowhere Paving",
    companyFlags: { SPERR: "X" },
  });
  special("one-time vendor account", { lifnr: number(900_001), name: "One-time vendors", ktokk: "CPD", flags: { XCPDK: "X" } });
  special("employee as vendor", { lifnr: number(700_001), name: "Meyer, Anna", ktokk: "EMPL" });
  special("vendor without company code data", { lifnr: number(190_006), name: "Purchasing Only Supply", companies: [] });
  special("two SAP vendors of one name", { lifnr: number(190_007), name: "Same Name Hauling" }, true);
  special("two SAP vendors of one name", { lifnr: number(190_008), name: "Same Name Hauling" }, true);
  special("alphanumeric vendor number", { lifnr: "SUB-0042A", name: "Letters & Digits Steel" }, true);
  special(
    "vendor name with delimiter, quotes and markup",
    { lifnr: number(190_009), name: `O'Brien & Söhne "Bau" <GmbH>; a|b,c` },
    true,
  );
  special("vendor name in Japanese", { lifnr: number(190_010), name: "株式会社鈴木建設" }, true);
  special("vendor whose name a foreign Procore record bears", { lifnr: number(190_011), name: "Foreign Origin Roofing" });
  special(
    "vendor that Procore has, known by its tax id",
    { lifnr: number(190_012), name: "Harbor Point Hauling LLC", flags: { STCD2: "04-2100012" } },
    true,
  );
  special(
    "vendor that Procore has, known by name, address and telephone",
    {
      lifnr: number(190_013),
      name: "Riverside Glass Works Inc.",
      flags: { STRAS: "77 Foundry Street", TELF1: "(617) 555-0177" },
    },
    true,
  );
  special("vendor spelt a little otherwise in Procore", { lifnr: number(190_014), name: "Lehmann Stahlbau GmbH" });
  special("vendor whose company was set inactive in Procore", {
    lifnr: number(190_015),
    name: "Sleepy Hollow Fencing",
    flags: { STCD2: "04-2100015" },
  });
  special("two SAP vendors of one tax id", {
    lifnr: number(190_016),
    name: "Branch North Electric",
    flags: { STCD2: "04-2100016" },
  });
  special("two SAP vendors of one tax id", {
    lifnr: number(190_017),
    name: "Branch South Electric",
    flags: { STCD2: "042100016" },
  });
  const { city } = home;
  seedVendors.push(
    { name: "Twin Peaks  Concrete inc.", isActive: true },
    { name: "old mill lumber", isActive: false },
    { name: "Foreign Origin Roofing", isActive: true, originId: "LEGACY-4711" },
    { name: "Site Office Catering", isActive: true },
    { name: "Harbor Point Hauling", isActive: true, taxId: "04-2100012" },
    { name: "RIVERSIDE GLASS WORKS", isActive: true, address: "77 Foundry St.", city, phone: "+1 617 555 0177" },
    { name: "Lehman Stahlbau GmbH", isActive: true },
    { name: "Sleepy Hollow Fencing", isActive: false, taxId: "04-2100015" },
  );
}

type SeedVendor = Omit<ProcoreSeedVendor, "id" | "companyId">;

export function addVendors(group: Group): ProcoreSeed["vendors"] {
  const [home] = companies;
  if (home === undefined) throw new Error("the group has no company code");
  for (const { bukrs } of companies) group.goodVendors.set(bukrs, []);
  const seedVendors: SeedVendor[] = [];
  addSpecialVendors(group, home, seedVendors);
  for (let index = 0; group.tables.rows("LFA1").length < group.options.vendors; index += 1) {
    const company = companies[index % 10 < 3 ? index % 3 : 0] ?? home;
    const lifnr = number(100_001 + index);
    const name = vendorName(index);
    const also = group.draw.chance(10) ? companies.filter((other) => other !== company).map(({ bukrs }) => bukrs) : [];
    const facts = { lifnr, name, company, companies: [company.bukrs, ...also] };
    if (index % 50 === 33)
      addVendor(group, { ...facts, name: `Worker ${index}, Pat`, lifnr: number(700_100 + index), ktokk: "EMPL" });
    else if (index % 97 === 60) {
      addVendor(group, { ...facts, flags: { LOEVM: "X", SPERR: "X" } });
    } else {
      // Blocked in one company code only does not take a vendor out of Procore (ruling 8): here the purchasing block says so.
      addVendor(group, index % 89 === 70 ? { ...facts, flags: { SPERM: "X" } } : facts);
      if (index % 110 === 90) seedVendors.push({ name: name.toUpperCase(), isActive: true });
      else for (const bukrs of facts.companies) group.goodVendors.get(bukrs)?.push({ lifnr, name, companies: facts.companies });
    }
  }
  return seedVendors.map((vendor, index) => ({ id: 910_001 + index, companyId: procoreCompanyId, ...vendor }));
}
