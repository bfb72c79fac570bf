import { describe, expect, it } from "vitest";
import { seeSap } from "./sap-sight.ts";
import { account, element, reference, sapProject } from "./testing.ts";

const secondary = (number: string, text: string) => reference("cost-element", `1000/0000${number}/99991231`, text);

describe("what SAP's names tell", () => {
  it("an account's text is of the company's own chart; of none where charts differ and the company's is not known", () => {
    const charts = [
      reference("company-code", "1000", "", { chartOfAccounts: "CAGR" }),
      account("410000", "Wages"),
      reference("gl-account", "CAUS/0000410000", "Materials"),
    ];
    const { accountText } = seeSap(charts);
    expect([accountText("1000", "0000410000"), accountText("9999", "0000410000"), accountText("1000", "0000777777")]).toEqual([
      "Wages",
      "",
      "",
    ]);
  });

  it("a cost element's text counts where no account stands behind it", () => {
    const { accountText, accounts } = seeSap([
      account("410000", "Wages"),
      secondary("410000", "Löhne"),
      secondary("943000", "Labor"),
    ]);
    expect([accountText("", "0000410000"), accountText("", "0000943000")]).toEqual(["Wages", "Labor"]);
    expect(accounts).toEqual(["0000410000", "0000943000"]);
  });

  it("balance sheet accounts carry no cost", () => {
    expect(seeSap([account("160000", "Payables", "X"), account("410000", "Wages"), secondary("160000", "?")]).accounts).toEqual([
      "0000410000",
    ]);
  });

  it("an order is its element's, a cost centre's text is the last one's, and what was not read is empty", () => {
    const spans = ["20241231", "99991231"].map((validTo) => ({
      ...reference("cost-center", `1000/0000100200/${validTo}`, `until ${validTo}`, { companyCode: "1000" }),
      validTo,
    }));
    const sap = seeSap([
      sapProject("1", "P-1001", "Harbor View"),
      element("P-1001-03-01", "1", "Formwork"),
      reference("order", "000000800001", "Site services", { wbsElement: "nP-1001-03-01" }),
      ...spans.toReversed(),
    ]);
    expect(sap.object("order", "000000800001")).toMatchObject({
      text: "Site services",
      posid: "P-1001-03-01",
      project: { id: "P-1001" },
      tail: ["3", "1"],
    });
    expect(sap.object("cost-center", "0000100200").text).toBe("until 99991231");
    expect(sap.object("wbs", "X-1")).toMatchObject({ text: "", parentText: "", posid: "X-1", project: undefined, tail: [] });
  });
});
