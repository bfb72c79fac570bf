/**
 * A vendor as the hub sees it: one per LIFNR, with its company codes and purchasing organisations (sap-data 2.2).
 * STCD1 is not here: in the US it is a social security number and never leaves SAP (ruling 6).
 */
/** ADRC, the address that holds today in the default script (NATION blank). */
export type VendorAddress = {
  readonly names: readonly string[];
  readonly street: string;
  readonly houseNumber: string;
  readonly supplement: string;
  readonly district: string;
  readonly city: string;
  readonly postalCode: string;
  readonly poBox: string;
  readonly region: string;
  readonly country: string;
  readonly timeZone: string;
  readonly taxJurisdiction: string;
};

export type VendorRecord = {
  readonly kind: "vendor";
  /** LIFNR, padded. */
  readonly key: string;
  readonly accountGroup: string;
  readonly isOneTime: boolean;
  readonly names: readonly string[];
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly region: string;
  readonly country: string;
  readonly phone: string;
  readonly fax: string;
  readonly email: string;
  /** STCD2, in the US the employer identification number. */
  readonly taxNumber2: string;
  readonly vatId: string;
  readonly isDeleted: boolean;
  readonly isBlocked: boolean;
  readonly isPurchasingBlocked: boolean;
  readonly companies: readonly {
    readonly companyCode: string;
    readonly isDeleted: boolean;
    readonly isBlocked: boolean;
    readonly paymentTerms: string;
  }[];
  /** LFM1; absent where the policy keeps it away: unknown, not none. */
  readonly purchasing?: readonly {
    readonly organisation: string;
    readonly isDeleted: boolean;
    readonly isBlocked: boolean;
    readonly currency: string;
    readonly paymentTerms: string;
  }[];
  /** Absent where there is none, or the policy keeps ADRC away. */
  readonly address?: VendorAddress;
  /** T052U by ZTERM, of the terms named above; absent where the policy keeps it away. */
  readonly paymentTermsTexts?: Readonly<Record<string, string>>;
};
