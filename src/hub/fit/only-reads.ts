/** The wall of a look at Procore: nothing but GET passes, and the one POST that fetches a token. Anything else is a defect of ours and never leaves. */
import type { HttpClient } from "../../ports/index.ts";

export function onlyReads(http: HttpClient, authUrl: string): HttpClient {
  const token = new URL("/oauth/token", authUrl).href;
  return {
    request(request) {
      const isToken = request.method === "POST" && request.url === token;
      if (request.method !== "GET" && !isToken)
        throw new Error(`Assertion failed: a look at Procore would send ${request.method} ${new URL(request.url).pathname}`);
      return http.request(request);
    },
    close: () => http.close(),
  };
}
