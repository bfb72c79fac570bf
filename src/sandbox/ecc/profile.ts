/**
 * How releases differ (sap-rfc 1.3): three profiles as data. `classic` is 7.00 to 7.31 and customer copies, `nw750` the support packages of
 * 7.50, `s4_758` 7.54 to 7.58. Where the sources disagree a profile takes the worse behaviour that they permit.
 */
export const profileNames = ["classic", "nw750", "s4_758"] as const;
export type ProfileName = (typeof profileNames)[number];

export type Profile = {
  /** Exception for a column that the dictionary does not have. */
  unknownField: "FIELD_NOT_VALID" | "TABLE_WITHOUT_DATA";
  /** DATA_BUFFER_EXCEEDED comes with AD 559 and the table's name, or empty. */
  isTooWideExplained: boolean;
  /** A WHERE clause that cannot be parsed: a short dump, or OPTION_NOT_VALID. */
  badWhere: "dump" | "exception";
  hasGetSorted: boolean;
  hasEtData: boolean;
  /** ROWSKIPS must be a multiple of ROWCOUNT. */
  mustSkipsDivide: boolean;
};

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  classic: {
    unknownField: "FIELD_NOT_VALID",
    isTooWideExplained: false,
    badWhere: "dump",
    hasGetSorted: false,
    hasEtData: false,
    mustSkipsDivide: false,
  },
  nw750: {
    unknownField: "FIELD_NOT_VALID",
    isTooWideExplained: false,
    badWhere: "exception",
    hasGetSorted: true,
    hasEtData: false,
    mustSkipsDivide: false,
  },
  s4_758: {
    unknownField: "TABLE_WITHOUT_DATA",
    isTooWideExplained: true,
    badWhere: "exception",
    hasGetSorted: true,
    hasEtData: true,
    mustSkipsDivide: true,
  },
};

/** `731`, `750`, `758` as RFCSI-RFCSAPRL says it. */
export function profileOfRelease(release: string): ProfileName {
  const number = Number(release);
  if (!(number >= 740)) return "classic";
  return number >= 754 ? "s4_758" : "nw750";
}
