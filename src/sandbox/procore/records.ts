/**
 * What the simulated Procore remembers, one type an object. Money and quantities are decimal text; dates are text as answered;
 * `fields` holds the attributes that no rule looks at, under Procore's own names.
 */
export type Fields = Readonly<Record<string, string | boolean | number | null>>;

type Stamped = { readonly id: number; readonly createdAt: string; readonly updatedAt: string };
type Origin = { readonly originId: string | null };

export type Company = { readonly id: number; readonly name: string };

export type Client = {
  readonly id: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly companyId: number;
  readonly permittedProjectIds: readonly number[] | "all";
  /** Absent is true: the company has the app installed. */
  readonly isConnected?: boolean;
};

/** What is left of a tool in a project (0: in the company). */
export type ToolRight = {
  readonly id: number;
  readonly projectId: number;
  readonly tool: string;
  readonly level: "none" | "read" | "standard";
};

export type Token = {
  readonly id: number;
  readonly token: string;
  readonly clientId: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revoked: boolean;
};

export type SwitchRecord = { readonly id: number; readonly name: string; readonly value: string | number | boolean };

export type Project = Stamped & {
  readonly companyId: number;
  readonly name: string;
  readonly projectNumber: string;
  readonly active: boolean;
  readonly currencyIsoCode: string;
  /** A setting of the project (procore 4.4): absent is on. */
  readonly requisitionsAreEnabled?: boolean;
  readonly budgetLocked?: boolean;
  /** Cost types belong to the company; a project may have taken some out of use. */
  readonly inactiveTypeIds?: readonly number[];
};

type BusinessRegister = { readonly id: number; readonly type: string; readonly identifier: string };

export type Vendor = Stamped &
  Origin & {
    readonly companyId: number;
    readonly name: string;
    readonly isActive: boolean;
    readonly countryCode: string | null;
    readonly stateCode: string | null;
    readonly parentId: number | null;
    readonly businessRegister: BusinessRegister | null;
    readonly fields: Fields;
  };

/** That a vendor stands in a project's directory. */
export type ProjectVendor = { readonly id: number; readonly projectId: number; readonly vendorId: number };

export type CostCode = Stamped &
  Origin & {
    readonly projectId: number;
    readonly companyId: number;
    readonly code: string;
    readonly fullCode: string;
    readonly name: string;
    readonly parentId: number | null;
    readonly position: number;
    readonly originData: string | null;
    /** As an item of the segment; without it active. */
    readonly status?: ItemStatus;
    /** Only within this sub job (procore 4.12 [A]: "a legacy cost code for a specific sub job"). */
    readonly subJobId?: number;
  };

export type ItemStatus = "active" | "inactive";

/** A part of a project that has a budget of its own (procore 4.12). */
export type SubJob = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly code: string;
    readonly name: string;
    readonly fields: Fields;
  };

export type TaxCode = Origin & {
  readonly id: number;
  readonly companyId: number;
  readonly code: string;
  /** Per cent, as a number: Procore shows it as one. */
  readonly rate: number;
  readonly fields: Fields;
};

export type LineItemType = Origin & {
  readonly id: number;
  readonly companyId: number;
  readonly code: string;
  readonly name: string;
  readonly baseType: string;
  readonly originData?: string | null;
};

export type WbsCode = Stamped & {
  readonly projectId: number;
  readonly costCodeId: number;
  readonly lineItemTypeId: number;
  readonly subJobId?: number;
  readonly flatCode: string;
  readonly description: string | null;
  readonly status: "active" | "inactive";
};

export type Uom = {
  readonly id: number;
  readonly companyId: number;
  readonly name: string;
  readonly standard: boolean;
  readonly categoryId: number;
};

export type Contract = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly number: string;
    readonly status: string;
    readonly accountingMethod: "amount" | "unit";
    readonly vendorId: number | null;
    readonly deletedAt: string | null;
    /** Absent is on. */
    readonly requisitionsAreEnabled?: boolean;
    readonly fields: Fields;
  };

export type DirectCost = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly type: string;
    readonly status: string;
    readonly vendorId: number | null;
    readonly invoiceNumber: string | null;
    readonly fields: Fields;
  };

/** A line of a contract's schedule of values, of a change order or of a direct cost: `holderId` is what it stands on. */
export type Line = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly holderId: number;
    readonly wbsCodeId: number;
    readonly extendedType: "manual" | "calculated";
    readonly amount: string;
    readonly quantity: string | null;
    readonly unitCost: string | null;
    readonly uom: string | null;
    readonly position: number;
    readonly fields: Fields;
  };

export type BillingPeriod = Stamped & {
  readonly projectId: number;
  readonly startDate: string;
  readonly endDate: string;
  readonly dueDate: string;
  readonly status: "open" | "closed";
  readonly position: number;
};

/** A commitment change order. It has no origin id (procore 4.7). */
export type ChangeOrder = Stamped & {
  readonly companyId: number;
  readonly projectId: number;
  readonly contractId: number;
  readonly number: string;
  readonly status: string;
  readonly fields: Fields;
};

/** A subcontractor invoice: one link of its contract's chain. */
export type Requisition = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly contractId: number;
    readonly periodId: number;
    readonly number: number;
    readonly previousId: number | null;
    readonly status: string;
    readonly fields: Fields;
  };

/** What the earlier requisitions of the contract brought to one line. */
export type Carried = {
  readonly work: string;
  readonly quantity: string;
  readonly materialsMoved: string;
  readonly materialsRetainedMoved: string;
  readonly workRetained: string;
};

/** One line of one requisition. Amounts are of this period, materials and their retainage are the present state. */
export type RequisitionItem = {
  readonly id: number;
  readonly requisitionId: number;
  readonly kind: "contract_item" | "change_order_item";
  readonly lineId: number;
  readonly position: number;
  readonly carried: Carried;
  readonly work: string;
  readonly quantity: string;
  readonly materials: string;
  readonly workRetained: string;
  readonly workReleased: string;
  readonly materialsRetained: string;
  readonly workPercent: string | null;
  readonly materialsPercent: string | null;
  readonly claimed: string | null;
  readonly comment: string | null;
  readonly status: string;
};

/** A webhook subscription of a company, or of one project. */
export type Hook = Stamped & {
  readonly companyId: number;
  readonly projectId: number | null;
  readonly clientId: string;
  readonly status: "active" | "disabled";
  readonly namespace: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly payloadVersion: "v2.0" | "v3.0" | "v4.0";
};

export type Trigger = {
  readonly id: number;
  readonly hookId: number;
  readonly resourceName: string;
  readonly verb: "create" | "update" | "delete";
};

export type DeliveryAttempt = {
  readonly success: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly startedAtMs: number;
  readonly completedAtMs: number;
};

export type Delivery = {
  readonly id: number;
  readonly hookId: number;
  readonly url: string;
  readonly resourceName: string;
  readonly verb: string;
  readonly createdAtMs: number;
  readonly status: "enqueued" | "retrying" | "delivered" | "discarded";
  readonly payload: Readonly<Record<string, unknown>>;
  /** How often it will be sent again although it arrived. */
  readonly repeats: number;
  readonly attempts: readonly DeliveryAttempt[];
};

/** Where deliveries go: pauses are the endpoint's, not the hook's. */
export type Endpoint = {
  readonly id: number;
  readonly url: string;
  readonly failures: number;
  readonly failingSinceMs: number | null;
  readonly pausedUntilMs: number | null;
};

export type ContractPayment = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly contractId: number;
    readonly requisitionId: number | null;
    readonly amount: string;
    readonly fields: Fields;
  };

export type BudgetLine = Stamped & {
  readonly projectId: number;
  readonly wbsCodeId: number;
  readonly amount: string;
  readonly quantity: string | null;
  readonly unitCost: string | null;
  readonly uom: string | null;
  readonly strategy: "automatic" | "manual";
};
