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
  };

export type LineItemType = Origin & {
  readonly id: number;
  readonly companyId: number;
  readonly code: string;
  readonly name: string;
  readonly baseType: string;
};

export type WbsCode = Stamped & {
  readonly projectId: number;
  readonly costCodeId: number;
  readonly lineItemTypeId: number;
  readonly flatCode: string;
  readonly description: string | null;
  readonly status: "active" | "inactive";
};

export type Uom = { readonly id: number; readonly companyId: number; readonly name: string; readonly standard: boolean };

export type Contract = Stamped &
  Origin & {
    readonly companyId: number;
    readonly projectId: number;
    readonly number: string;
    readonly status: string;
    readonly accountingMethod: "amount" | "unit";
    readonly vendorId: number | null;
    readonly deletedAt: string | null;
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

/** A line of a contract's schedule of values, or of a direct cost: `holderId` is the contract or the direct cost. */
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
