/**
 * SAP keeps a language as one character (SPRAS), people log on with two (T002-LAISO). The pairs of the delivered T002 [K]; what is not here falls to
 * E, behind which any language that has a text is taken (sap-data 1).
 */
const letters: Readonly<Record<string, string>> = {
  AR: "A",
  BG: "W",
  CS: "C",
  DA: "K",
  DE: "D",
  EL: "G",
  EN: "E",
  ES: "S",
  FI: "U",
  FR: "F",
  HE: "B",
  HR: "6",
  HU: "H",
  IT: "I",
  JA: "J",
  KO: "3",
  NL: "N",
  NO: "O",
  PL: "L",
  PT: "P",
  RO: "4",
  RU: "R",
  SK: "Q",
  SL: "5",
  SV: "V",
  TR: "T",
  UK: "8",
  ZH: "1",
};

export function languageLetter(language: string): string {
  return letters[language] ?? "E";
}
