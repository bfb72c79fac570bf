/**
 * What the sandbox's parts agree on: the files of a world on disk. The builder and the CSV loader write them, the two servers read
 * them, the manifest is what demo and auditors compare with. Nothing here is shared with the product, on purpose (design section 11).
 *
 *   <world>/ecc/system.json          EccSystem
 *   <world>/ecc/tables/<TABLE>.ndjson one EccRow a line
 *   <world>/procore/seed.json        ProcoreSeed; the server's own durable state stands beside it
 *   <world>/manifest.json            Manifest
 *   <world>/month-end.json           MonthEnd, where one was asked for
 *   <world>/config/                  mapping.csv for the product
 */

/**
 * A row by DDIC field name, values raw as ECC stores them: CHAR without trailing blanks, NUMC and ALPHA keys at full width, DATS
 * `YYYYMMDD` (initial `00000000`), TIMS `HHMMSS`, packed numbers as decimal text with the field's own decimals and a leading minus
 * (CURR always with the field's two decimals whatever the currency). A missing field is initial. MANDT is left out: the server adds it.
 */
export type EccRow = Readonly<Record<string, string>>;

export type EccUser = {
  user: string;
  password: string;
  /** Table names the user may show, `*` for all. */
  tables: readonly string[];
  /** Function modules the user may call, `*` for all. */
  functions: readonly string[];
};

export type EccSystem = {
  systemId: string;
  client: string;
  release: string;
  host: string;
  /** System time zone as minutes east of UTC; CPUDT and the like are in it. */
  timeZoneMinutes: number;
  users: readonly EccUser[];
  workProcesses: number;
};

export type ProcoreSeed = {
  companies: readonly { id: number; name: string }[];
  clients: readonly {
    clientId: string;
    clientSecret: string;
    companyId: number;
    permittedProjectIds: readonly number[] | "all";
  }[];
  projects: readonly ProcoreSeedProject[];
  lineItemTypes: readonly { id: number; companyId: number; code: string; name: string; baseType: string }[];
  vendors: readonly ProcoreSeedVendor[];
};

export type ProcoreSeedVendor = {
  id: number;
  companyId: number;
  name: string;
  originId?: string;
  isActive: boolean;
  /** A US employer identification number, kept as the company's business register. */
  taxId?: string;
  address?: string;
  city?: string;
  phone?: string;
  email?: string;
};

export type ProcoreSeedProject = {
  id: number;
  companyId: number;
  name: string;
  projectNumber: string;
  active: boolean;
  currencyIsoCode: string;
  /** A cost code's `code` excludes its parent's prefix; the full code is written `01-100`. */
  costCodes: readonly { id: number; fullCode: string; name: string }[];
  /** Budget codes: which combinations exist. `flat_code` is `<full cost code>.<cost type>`. */
  wbsCodes: readonly { id: number; costCode: string; costType: string }[];
  /** Of the project's invoicing; days as Procore writes them. */
  billingPeriods?: readonly { id: number; startDate: string; endDate: string; dueDate: string; status: "open" | "closed" }[];
};

/** One class of a month end's cost, as a controller must find it. */
export type MonthEndFigure = {
  /** `posted`, `commitment`, `unmapped`, `currency`, `held`; after the close `late` and `reversed`; `hideable` is part of `posted`. */
  class: string;
  companyCode: string;
  /** Both empty where the cost leads to no budget code. */
  project: string;
  costCode: string;
  currency: string;
  amount: string;
};

/** `month-end.json` of a world that has one. */
export type MonthEnd = {
  fiscalYear: number;
  period: number;
  /** The last day of the books; what is late was entered on `lateDay`. */
  closeDay: string;
  lateDay: string;
  /** Documents that come after the close, and headers that they change. Neither they nor their sums are in the world's tables. */
  late: { BKPF: readonly EccRow[]; BSEG: readonly EccRow[] };
  /** Keys of posted documents for who wants to hide some from the reader: they stay in the totals. */
  hideable: readonly EccRow[];
  figures: readonly MonthEndFigure[];
};

/** Decimal text with the currency's own decimals, signed, by ISO currency. */
export type AmountByCurrency = Readonly<Record<string, string>>;

/** Count and money of atoms. */
export type Tally = { count: number; amount: AmountByCurrency };

export type ManifestProject = {
  procoreProjectId: number;
  projectNumber: string;
  currency: string;
  contracts: number;
  contractLines: number;
  /** What Procore's contracts of the project must sum to. */
  commitments: string;
  requisitions: number;
  /** What the work of the project's requisitions must sum to. */
  invoiced: string;
  /** What Procore's direct costs of the project must sum to. */
  directCosts: string;
  /** The direct costs by budget code, `<cost code>.<cost type>`. */
  directCostsByCode: Readonly<Record<string, string>>;
};

export type ManifestFlow = {
  /** Every atom a complete read finds: vendors; PO items and invoice lines by assignment; BSEG lines (a rejected document counts once). */
  read: Tally;
  posted: Tally;
  held: Readonly<Record<string, Tally>>;
  excluded: Readonly<Record<string, Tally>>;
  rejected: Readonly<Record<string, Tally>>;
};

export type ManifestControls = {
  /** Posted logistics invoices; the money is of their items, credits negative. */
  invoices: Tally;
  /** Purchase order history by VGABE, in company-code currency, credits negative. */
  orderHistory: Readonly<Record<string, Tally>>;
  /** Actual CO lines (value type 04) by business transaction, in the object's currency. */
  coLines: Readonly<Record<string, Tally>>;
  /** Lines of the new general ledger by company code: the money is of the debits. */
  ledgerLines: Readonly<Record<string, Tally>>;
};

export type Manifest = {
  seed: number;
  asOf: string;
  systemId: string;
  client: string;
  options: Readonly<Record<string, number>>;
  flows: Readonly<Record<"vendors" | "purchase-orders" | "invoices" | "costs", ManifestFlow>>;
  projects: readonly ManifestProject[];
  /** Every contract that must end in Procore, for auditors. */
  contracts: readonly {
    purchaseOrder: string;
    procoreProjectId: number;
    vendor: string;
    status: "Approved" | "Draft";
    lines: readonly { item: string; assignment: string; amount: string; budgetCode: string }[];
  }[];
  /** Procore's company directory: how many active ones there are before, and which of them must be linked to which vendor. */
  directory: { activeBefore: number; adopted: readonly { companyId: number; vendor: string }[] };
  /** Every requisition that must end in Procore; those of one contract in the order of their chain. */
  requisitions: readonly {
    /** `BELNR.GJAHR`. */
    invoice: string;
    purchaseOrder: string;
    procoreProjectId: number;
    /** Of what the invoice retained. */
    isRelease: boolean;
    lines: readonly { item: string; assignment: string; work: string; retained: string; released: string }[];
  }[];
  /** Which nasty cases stand where, in words. */
  nasty: readonly { name: string; keys: readonly string[] }[];
  /** What SAP's own control totals say, for those who read them; by the currency that they are kept in. */
  controls: ManifestControls;
};
