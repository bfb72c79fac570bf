export { systemClock } from "./clock.ts";
export { createHttpClient, type HttpClientOptions, type ProxyOptions } from "./http.ts";
export { HttpBodyError } from "./http-failure.ts";
export { KEY_VARIABLE } from "./key-file.ts";
export { readPostingJournal, withPostingJournal } from "./posting-journal.ts";
export { systemRandom } from "./random.ts";
export { createRowsOfDay } from "./rows-of-day.ts";
export { createFileSecrets, type FileSecretsOptions } from "./secrets.ts";
export { startChild } from "./start-child.ts";
