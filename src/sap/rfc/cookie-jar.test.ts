import { describe, expect, it } from "vitest";
import { createCookieJar } from "./cookie-jar.ts";

describe("the cookies of a slot", () => {
  it("sends back what was set, the newest value once", () => {
    const jar = createCookieJar(true);
    expect(jar.header()).toBeUndefined();
    jar.take(["SAP_SESSIONID_ABC_100=one%3d; path=/; secure; HttpOnly", "sap-usercontext=sap-client=100; path=/"]);
    jar.take("SAP_SESSIONID_ABC_100=two; path=/");
    expect(jar.header()).toBe("SAP_SESSIONID_ABC_100=two; sap-usercontext=sap-client=100");
    expect(jar.hasSession()).toBe(true);
  });

  it("forgets what the server ends", () => {
    const jar = createCookieJar(true);
    jar.take(["a=1", "b=2", "c=3"]);
    jar.take(["a=; Max-Age=0", "b=x; max-age=-1", "c=deleted"]);
    expect(jar.header()).toBeUndefined();
  });

  it("does not send a secure cookie over plain http, nor one that would break the header", () => {
    const jar = createCookieJar(false);
    jar.take(["a=1; Secure", "b=1\r\nx-evil: 1", "=nameless", "na me=1", `long=${"x".repeat(5_000)}`]);
    expect(jar.header()).toBeUndefined();
    expect(jar.hasSession()).toBe(false);
  });

  it("holds a limited number", () => {
    const jar = createCookieJar(true);
    jar.take(Array.from({ length: 100 }, (_, at) => `c${at}=1`));
    expect(jar.header()?.split("; ")).toHaveLength(20);
  });
});
