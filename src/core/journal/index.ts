export { type GatherProblem, gatherJournals, type PlacedJournal, type PlacedRow } from "./gather-journals.ts";
export {
  debitTotal,
  type Journal,
  type JournalLine,
  type JournalObject,
  journalHash,
  journalKey,
  journalReference,
} from "./journal.ts";
export {
  type ExpectedDocument,
  type FoundDocument,
  type JournalMemory,
  type JournalStop,
  type NextStep,
  nextStep,
} from "./next-step.ts";
export {
  type JournalCells,
  type JournalColumn,
  type JournalProblem,
  journalColumns,
  journalColumnsNeeded,
  readJournalRow,
} from "./read-journal-row.ts";
