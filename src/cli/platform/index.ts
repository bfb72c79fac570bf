export { systemClock } from "./clock.ts";
export { createHttpClient, type HttpClientOptions } from "./http.ts";
export { HttpBodyError } from "./http-failure.ts";
export { systemRandom } from "./random.ts";
