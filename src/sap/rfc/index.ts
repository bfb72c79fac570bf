export { whyUnreadable } from "./abap-values.ts";
export { forbiddenInXml, forbiddenInXmlAll, rawControls } from "./control-characters.ts";
export { createReaders, type ReadersOptions } from "./create-readers.ts";
export { answerDiffers, type ChunkCall, type ChunkOutcome, type Dialect, type RawRow, rfcFailed } from "./dialect.ts";
export { zReaderDefault } from "./dialect-z.ts";
export {
  createDictionary,
  type Dictionary,
  type DictionaryField,
  type DictionaryOutcome,
  type TableDescription,
} from "./dictionary.ts";
export { errorCodeOf } from "./failure-code.ts";
export { type FoundReader, type FoundReaders, findReaders, type ReaderSettings, standardReaders } from "./find-readers.ts";
export { isAboutTheConnection, isModuleMissing, readFunctionInterface, rowsOf } from "./function-interface.ts";
export {
  asksForSmallerRange,
  capMax,
  createGovernor,
  type FunctionReceipt,
  type Governor,
  type GovernorOptions,
  isRetriable,
  type Receipt,
  type Retry,
  retryOf,
} from "./governor.ts";
export { createLogonGate, type LogonGate } from "./logon-gate.ts";
export { matcherOf } from "./match-where.ts";
export { buildOptions, clauseLengthMax, literalsMax, type OptionsClause } from "./options-clause.ts";
export { createPolicyCheck, guardByPolicy, type Policy } from "./policy.ts";
export { probe, probeTables, type SystemProbe, type TableProbe } from "./probe.ts";
export { createReadTable, createTableReader, type ReadTableOptions, rowsMaxCeiling } from "./read-table.ts";
export type { RowFilter } from "./row-filter.ts";
export { answerBytesMax, openSoapRfc, type SoapRfcClient, type SoapRfcOptions } from "./soap-client.ts";
export { RfcSettingError } from "./soap-endpoint.ts";
export { authorizationKeys, dumpIdIn, failure, fromKnownText, fromPage, fromTransport, pageText } from "./soap-failure.ts";
export { createPool, type SlotPool } from "./soap-pool.ts";
export type {
  ChangesOutcome,
  ChangesRequest,
  CountRequest,
  DoubtfulValue,
  ReaderChoice,
  ReadFailure,
  ReadOutcome,
  ReadRequest,
  RejectedRow,
  RowKey,
  TableChanges,
  TableReader,
  TableRow,
} from "./table-reader.ts";
export { isHttpFailure, oneHeader, openWebSession, serverMsOf, type WebSession } from "./web-session.ts";
export { all, any, between, compare, equal, not, type Operator, oneOf, startsWith, type Where } from "./where.ts";
export {
  type ControlCharacters,
  defaultXmlLimits,
  readXml,
  type XmlHandlers,
  type XmlLimits,
  type XmlOptions,
  type XmlProblem,
} from "./xml-reader.ts";
