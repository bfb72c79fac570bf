// docs/vendors.md tells the points and limits as the code has them.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { matchPoints } from "../../src/core/index.ts";
import { connectionSettings } from "../../src/hub/index.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const page = readFileSync(join(root, "docs", "vendors.md"), "utf8");

const told: Readonly<Record<keyof typeof matchPoints, string>> = {
  sameTaxId: "same tax id",
  otherTaxId: "another tax id",
  sameName: "same name",
  sameNameWithoutForm: "same name, legal form given on one side only",
  sameNameOtherForm: "same name, another legal form (Inc., LLC)",
  sameWords: "same words of the name in another order",
  almostSameName: "almost the same name (one word with a slip)",
  nameBegins: "one name begins like the other",
  namesUnlike: "the names have nothing in common",
  sameNumber: "Procore's origin code is the SAP vendor number",
  sameEmail: "same e-mail address",
  sameDomain: "same e-mail domain, unless it is everybody's (gmail.com)",
  samePhone: "same telephone number",
  sameAddress: "same street, number and town",
  sameTown: "same town only",
  otherCountry: "another country",
};

describe("docs/vendors.md", () => {
  it.each(Object.entries(told))("tells the points of %s", (reason, text) => {
    const points = matchPoints[reason as keyof typeof matchPoints];
    expect(page).toContain(`| ${text} | ${points > 0 ? `+${points}` : points} |`);
  });

  it("tells the defaults of the settings", () => {
    const { matching, inactivateAtOnce } = connectionSettings.shape.vendors.parse({ accountGroups: ["KRED"] });
    expect(page).toContain(`from **${matching.adoptFrom}** it is adopted, from **${matching.askFrom}** you are asked`);
    expect(page).toContain(`lead the next by ${matching.lead} points`);
    expect(page).toContain(`more than ${inactivateAtOnce.count} vendors and more than ${inactivateAtOnce.percent} %`);
  });
});
