export { type CellVerdict, judgeCells } from "./cells.ts";
export {
  type CertificateContent,
  type CertificateProblem,
  certificateBytesMax,
  keyNameOf,
  publicKeyOf,
  signCertificate,
  verifyCertificate,
} from "./certificate.ts";
export { isExplained, type VarianceClass, type Variances, varianceClasses } from "./classes.ts";
export type { CellKey, ControlCell, Fate, LedgerLines, ListedLine, Place, SentLine, StatementFacts } from "./facts.ts";
export type { Finding } from "./procore-side.ts";
export { type ReceiptRow, type ReceiptTotal, stateReceipts } from "./receipts.ts";
export { type Statement, type StatementRow, stateColumns, unexplainedOf } from "./statement.ts";
