import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../ports/index.ts";
import { onlyReads } from "./only-reads.ts";

describe("a look at Procore", () => {
  const sent: string[] = [];
  const http = onlyReads(
    {
      request: async ({ method, url }) => {
        sent.push(`${method} ${url}`);
        return { kind: "failure", reason: "unreachable", requestSent: "no", detail: "" };
      },
      close: async () => undefined,
    },
    "https://login.procore.com",
  );
  const ask = (method: HttpRequest["method"], url: string) => http.request({ method, url, headers: {}, timeoutMs: 1 });

  it("sends GET and the token's POST, and nothing else, whatever its address", async () => {
    await ask("GET", "https://api.procore.com/rest/v1.0/companies");
    await ask("POST", "https://login.procore.com/oauth/token");
    for (const method of ["POST", "PATCH", "PUT", "DELETE"] as const)
      expect(() => ask(method, "https://api.procore.com/rest/v1.0/vendors/sync")).toThrow("Assertion failed");
    expect(() => ask("POST", "https://api.procore.com/oauth/token")).toThrow("Assertion failed");
    expect(() => ask("PATCH", "https://login.procore.com/oauth/token")).toThrow("Assertion failed");
    expect(sent).toEqual(["GET https://api.procore.com/rest/v1.0/companies", "POST https://login.procore.com/oauth/token"]);
  });
});
