// The fit check as text and as a page: the verdict leads, every text of either system is only ever text.
import { describe, expect, it } from "vitest";
import type { FitFinding } from "../../core/index.ts";
import { escapeHtml, fitPage } from "./fit-html.ts";
import { fitLines } from "./fit-text.ts";
import type { FitView } from "./fit-view.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u202Egnp.exe\u001b[2J\u0000`;
const finding = (changed: Partial<FitFinding> = {}): FitFinding => ({
  code: "sap-table-not-authorised",
  severity: "no-go",
  owner: "sap-basis",
  what: "The SAP user may not show 1 table that the flows read.",
  evidence: ["BSEG: S_TABU_NAM BSEG"],
  fix: "Give the right.",
  ...changed,
});
const view = (changed: Partial<FitView> = {}): FitView => ({
  verdict: "no-go",
  headline: "This does not fit yet.",
  subject: [["Connection", "main"]],
  fixes: [{ owner: "SAP Basis", findings: [finding()] }],
  notes: [],
  tables: [{ title: "SAP: tables", columns: ["table", "state"], rows: [["BSEG", "refused"]] }],
  skipped: [{ what: "project P9", why: "its time was over" }],
  notSeen: ["Whether sync is refused."],
  ...changed,
});
const everywhere = view({
  headline: hostile,
  subject: [[hostile, hostile]],
  fixes: [{ owner: hostile, findings: [finding({ code: hostile, what: hostile, evidence: [hostile], fix: hostile })] }],
  notes: [finding({ severity: "go", what: hostile })],
  tables: [{ title: hostile, columns: [hostile], rows: [[hostile]] }],
  skipped: [{ what: hostile, why: hostile }],
  notSeen: [hostile],
});

/** Control characters and those that turn the direction of reading. */
const steering = (text: string) => text.replaceAll("\n", "").match(/[\p{Cc}\p{Cf}]/gu) ?? [];

describe("the page", () => {
  it("holds no markup that came from a system, and no sign that steers", () => {
    const page = fitPage(everywhere);
    expect(page).not.toMatch(/<script|<img|onerror='/);
    expect(steering(page)).toEqual([]);
    expect(page.match(/&lt;script&gt;alert\(1\)/g)?.length).toBe(15);
    // Nothing but the tags of this page.
    const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name));
    const own = "html head meta title style body div h1 h2 h3 p span ul li table caption thead tbody tr th td".split(" ");
    expect([...tags].filter((name) => !own.includes(name ?? ""))).toEqual([]);
  });

  it("loads nothing and runs nothing", () => {
    const page = fitPage(view());
    expect(page).not.toMatch(/https?:|url\(|@import|<link|<script|javascript:|\son\w+=/);
    expect(page).toContain("default-src 'none'");
  });

  it("leads with the verdict, then the person", () => {
    const page = fitPage(view());
    const at = ["<h1>NO-GO</h1>", "<h3>SAP Basis</h3>", "S_TABU_NAM BSEG", "SAP: tables", "project P9: its time was over"].map(
      (text) => page.indexOf(text),
    );
    expect(at.every((place) => place > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((left, right) => left - right));
  });

  it("escapes within attributes, too", () => {
    expect(escapeHtml(`<a b="c" d='e'>&`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  });
});

describe("the text", () => {
  const layout = { paint: (text: string) => text, width: 80 };
  it("leads with the verdict, names fixes by person, figures and what was skipped, within the width", () => {
    const lines = fitLines(view(), layout);
    expect(lines[0]).toBe("NO-GO");
    const text = lines.join("\n");
    expect(text).toMatch(
      /SAP Basis\n {2}NO-GO The SAP user.*- BSEG: S_TABU_NAM BSEG.*> Give the right\..*SAP: tables.*Skipped.*project P9/s,
    );
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  it("lets nothing steer the terminal", () => {
    expect(steering(fitLines(everywhere, layout).join("\n"))).toEqual([]);
  });
});
