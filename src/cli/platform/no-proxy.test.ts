import { describe, expect, it } from "vitest";
import { isPassedBy } from "./no-proxy.ts";

describe("hosts that no proxy is asked for", () => {
  it.each([
    ["https://sap.corp.example", ["*"], true],
    ["https://sap.corp.example", ["corp.example"], true],
    ["https://sap.corp.example", [".corp.example"], true],
    ["https://SAP.corp.example", ["other", "*.CORP.example"], true],
    ["https://corp.example", [".corp.example"], true],
    ["https://notcorp.example", ["corp.example"], false],
    ["https://sap.corp.example:44300", ["sap.corp.example:44300"], true],
    ["https://sap.corp.example", ["sap.corp.example:44300"], false],
    ["https://sap.corp.example", ["sap.corp.example:443"], true],
    ["http://127.0.0.1:8000", ["127.0.0.1"], true],
    ["http://127.0.0.1:8000", ["", " ", "."], false],
    ["https://sap.corp.example", [], false],
  ])("%s by %j: %s", (url, noProxy, isPassed) => {
    expect(isPassedBy(new URL(url), noProxy)).toBe(isPassed);
  });
});
