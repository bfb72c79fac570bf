export type { Clock } from "./clock.ts";
export type { HttpClient, HttpFailure, HttpOutcome, HttpRequest, HttpResponse } from "./http.ts";
export type { JobHandler, JobQueue, JobStop } from "./job-queue.ts";
export type { PostingEntry, PostingJournal, PostingState } from "./posting-journal.ts";
export type { Random } from "./random.ts";
export type { RfcCall, RfcClient, RfcFailure, RfcOutcome, RfcParameters, RfcRowStream, RfcTableRows, RfcValue } from "./rfc.ts";
export type { RowReader, RowsOfDay } from "./rows-of-day.ts";
export type { Secrets } from "./secrets.ts";
export type { Timebox, TimeboxStep } from "./timebox.ts";
