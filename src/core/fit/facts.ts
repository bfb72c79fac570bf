/**
 * What a look at both systems brought, as plain data: nothing is judged here. SAP's half can be written to a file on the agent's machine and
 * judged elsewhere; it names no address, user password or policy file. What was not looked at is absent, and stands under `skipped` or `trouble`.
 */
import type { ErrorCode } from "../errors/index.ts";
import type { CompanyParty } from "../matching/index.ts";
import type { CostObjectKind, CostSource, VendorRecord } from "../records/index.ts";

/** Something that was to be looked at and was not, with the reason. */
export type Skipped = { readonly what: string; readonly why: string };

/** A look that failed: by the code of the registry, which says whose it is. */
export type Trouble = { readonly what: string; readonly code: ErrorCode; readonly place: string; readonly detail: string };

export type Look = { readonly trouble: readonly Trouble[]; readonly skipped: readonly Skipped[] };

/** `at-least`: a read that was cut there; nobody counted on. */
export type RowCount = { readonly rows: number; readonly how: "counted" | "at-least" };

/** What stood in the way of a table: SAP's right for the table or for the function, our own policy, or that no reader can carry it. */
export type TableBarrier = "table-right" | "function-right" | "policy" | "no-reader" | "field" | "other";

export type TableFact = { readonly table: string } & (
  | { readonly state: "readable"; readonly reader: string; readonly rows?: RowCount | undefined }
  | {
      readonly state: "refused";
      readonly barrier: TableBarrier;
      readonly code: ErrorCode;
      readonly key: string;
      readonly detail: string;
    }
);

/** How fast rows came: what the first read's hours are estimated by. */
export type SpeedSample = { readonly what: string; readonly rows: number; readonly milliseconds: number };

/** Cost lines of one key, summed. Amounts in minor units, as text: JSON has no whole numbers of any size. */
export type SpendLine = {
  readonly companyCode: string;
  readonly objectKind: CostObjectKind;
  readonly object: string;
  readonly account: string;
  /** BUDAT. */
  readonly day: string;
  readonly currency: string;
  readonly source: CostSource;
  /** VRGNG of controlling; empty elsewhere. */
  readonly transaction: string;
  /** KATYP of the cost element. */
  readonly category: string;
  /** The line names a purchase order: commitment cost where that is a contract (ruling 21). */
  readonly isCommitment: boolean;
  readonly lines: number;
  readonly sizeMinor: string;
};

/** Lines that are cost with an object (ruling 20), of documents entered in a window of days. `isWhole`: all of them. */
export type Spend = {
  readonly from: string;
  readonly until: string;
  readonly isWhole: boolean;
  readonly documents: number;
  readonly rejected: number;
  readonly lines: readonly SpendLine[];
};

export type InvoiceCounts = {
  readonly from: string;
  readonly until: string;
  readonly isWhole: boolean;
  readonly invoices: number;
  readonly creditMemos: number;
  readonly cancelled: number;
};

export type SapSystemFacts = {
  readonly systemId: string;
  readonly client: string;
  readonly user: string;
  readonly release: string;
  readonly kernel: string;
  readonly host: string;
  readonly database: string;
  readonly isUnicodeSafe: boolean;
  readonly timeZoneSeconds?: number | undefined;
};

export type SapFacts = Look & {
  readonly version: 1;
  /** ISO. */
  readonly takenAt: string;
  /** What of the agent's settings the judgement needs. */
  readonly scope: {
    readonly companyCodes: readonly string[];
    readonly costSources: Readonly<Record<string, CostSource>>;
    readonly costsFrom: string;
    /** Minutes east of UTC of the configured zone in January and July of the year; absent where no zone is configured. */
    readonly zoneMinutes?: readonly number[] | undefined;
  };
  readonly system?: SapSystemFacts | undefined;
  readonly readers: readonly { readonly reader: string; readonly isPresent: boolean; readonly why: string }[];
  readonly tables: readonly TableFact[];
  readonly samples: readonly SpeedSample[];
  readonly vendors?: { readonly isWhole: boolean; readonly records: readonly VendorRecord[] } | undefined;
  /** By the configured sources. */
  readonly spend?: Spend | undefined;
  /** Of company codes whose source is BSEG: what controlling has of the same days. */
  readonly controlling?: Spend | undefined;
  readonly invoices?: InvoiceCounts | undefined;
  /** What this look cost SAP. */
  readonly load: { readonly calls: number; readonly rows: number; readonly milliseconds: number };
};

export const projectTools = [
  "commitments",
  "change orders",
  "requisitions",
  "billing periods",
  "direct costs",
  "budget codes",
  "project directory",
  "currency",
] as const;
export type ProjectTool = (typeof projectTools)[number];

export type ToolFact = { readonly tool: ProjectTool } & (
  | { readonly state: "answers"; readonly rows: number; readonly isWhole: boolean }
  | { readonly state: "refused"; readonly code: ErrorCode; readonly status: number; readonly detail: string }
  | { readonly state: "skipped" }
);

export type ContractCounts = {
  readonly own: number;
  readonly foreign: number;
  /** Without origin id: keyed by hand, or by a tool that leaves none. */
  readonly byHand: number;
  /** Numbers of some of them. */
  readonly examples: readonly string[];
};

/** A project that the mapping leads to, as Procore shows it. */
export type ProjectFact = { readonly name: string } & (
  | { readonly state: "absent" }
  | { readonly state: "ambiguous"; readonly ids: readonly number[] }
  | {
      readonly state: "found";
      readonly id: number;
      readonly title: string;
      readonly tools: readonly ToolFact[];
      readonly currency?: string | undefined;
      readonly hasMulticurrency?: boolean | undefined;
      readonly hasOpenPeriod?: boolean | undefined;
      readonly contracts?: ContractCounts | undefined;
      /** Active budget codes as `<cost code>.<cost type>`. */
      readonly budgetCodes?: readonly string[] | undefined;
    }
);

export type DirectoryFacts = {
  readonly isWhole: boolean;
  readonly companies: readonly CompanyParty[];
};

export type ProcoreFacts = Look & {
  readonly takenAt: string;
  readonly company?: { readonly id: number; readonly name: string } | undefined;
  readonly account?: string | undefined;
  readonly permittedProjects?: number | undefined;
  readonly projects?: readonly ProjectFact[] | undefined;
  readonly directory?: DirectoryFacts | undefined;
  /** Calls an hour and in ten seconds. `isKnown`: by the configuration or by Procore's headers, not only by its documentation. */
  readonly quota: { readonly hourly: number; readonly spike: number; readonly isKnown: boolean };
  readonly calls: number;
};
