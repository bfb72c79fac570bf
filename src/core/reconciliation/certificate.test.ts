import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalText } from "../fingerprint.ts";
import { type CertificateContent, keyNameOf, publicKeyOf, signCertificate, verifyCertificate } from "./certificate.ts";
import { tieOut } from "./tie-out.ts";

const makeKey = () => generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const key = makeKey();
const trusted = publicKeyOf(key);

const row = (project: string, read: string, procore: string, classes: Record<string, string>, variance: string) => ({
  companyCode: "1000",
  project,
  costCode: "03-100.M",
  currency: "USD",
  control: read,
  read,
  posted: read,
  held: "0.00",
  waiting: "0.00",
  opening: "0.00",
  excluded: "0.00",
  procore,
  variance,
  classes,
});
/** Of commitments: by order, and no opening balance. */
function order(control: string | null, read: string, procore: string, classes: Record<string, string>, variance: string) {
  const { opening: _, ...rest } = row("TOWER", read, procore, classes, variance);
  return { ...rest, control, purchaseOrder: "4500000001" };
}
const keys = ["companyCode", "project", "costCode", "purchaseOrder"];
const totalOf = (fields: object): Record<string, CertificateContent[string]> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !keys.includes(name)));
const requisition = order("313.00", "310.00", "310.00", { "not-read": "3.00" }, "3.00");
const contract = order(null, "1000.00", "1000.00", {}, "0.00");
const older = { ...row("TOWER", "700.00", "619.00", {}, "0.00"), posted: "619.00", opening: "81.00" };
const opening = {
  project: "TOWER",
  costCode: "03-100.M",
  currency: "USD",
  sapToDate: "1200.00",
  opening: "500.00",
  posted: "619.00",
  waiting: "0.00",
  held: "1.00",
  commitments: "70.00",
  excluded: "10.00",
  difference: "0.00",
  state: "tied",
  olderThan: "2026-10-15",
  confirmedBy: "user:jane",
  confirmedOn: "2026-10-16",
  figures: "3f0c00000000",
};
const received = {
  companyCode: "1000",
  project: "TOWER",
  currency: "USD",
  items: 2,
  received: "330.00",
  invoiced: "313.00",
  receivedNotInvoiced: "20.00",
  invoicedNotReceived: "3.00",
};
const content: CertificateContent = {
  period: "2026.010",
  made: "2026-11-01T08:00:00.000Z",
  by: "user:jane ünïcode 東京",
  isTied: false,
  rows: [row("BRIDGE", "12.50", "10.00", { edited: "2.50" }, "2.50"), older],
  totals: [{ ...totalOf(row("", "712.50", "629.00", {}, "2.50")), posted: "631.50", opening: "81.00" }],
  openings: { isTied: true, rows: [opening], totals: [{ ...opening, costCode: "" }] },
  commitments: {
    isTied: false,
    sapTotals: { source: "EKBE", run: "7", day: "20261101", readAt: "2026-11-01T07:00:00.000Z" },
    requisitions: [requisition],
    requisitionTotals: [totalOf(requisition)],
    contracts: [contract],
    // A row without a total of SAP's counts with what was read.
    contractTotals: [{ ...totalOf(contract), control: "1000.00" }],
    receipts: [received],
    lineDigests: { TOWER: { lines: 4, sha256: "ab" } },
  },
};
const file = Buffer.from(signCertificate(content, key));
const section = `"commitments":${canonicalText(content.commitments ?? null)}`;
const problemOf = (bytes: Uint8Array, publicKey = trusted) => {
  const verified = verifyCertificate(bytes, publicKey);
  return verified.ok ? "accepted" : verified.error;
};

/** mulberry32: the same edits in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** What somebody may do to a file without a key; each answers other bytes than it was given. */
const edits: readonly ((roll: (below: number) => number) => Buffer)[] = [
  (roll) => {
    const changed = Buffer.from(file);
    const at = roll(file.length);
    changed[at] = ((changed[at] ?? 0) + 1 + roll(255)) % 256;
    return changed;
  },
  (roll) => {
    const changed = Buffer.from(file);
    const at = roll(file.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << roll(8));
    return changed;
  },
  (roll) => {
    const at = roll(file.length);
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + roll(5))]);
  },
  (roll) => {
    const at = roll(file.length + 1);
    const added = Buffer.from([" ", "0", "\n", ",", '"', "\\u0020", "{}", "\u00a0"][roll(8)] ?? " ");
    return Buffer.concat([file.subarray(0, at), added, file.subarray(at)]);
  },
  (roll) => file.subarray(0, roll(file.length)),
  (roll) => file.subarray(1 + roll(file.length)),
  (roll) => {
    const at = roll(file.length - 1);
    const size = 1 + roll(20);
    return Buffer.concat([file, file.subarray(at, at + size)]);
  },
];

const without = (fields: object, name: string) => Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

/** Opening balances and commitments of which one figure is another, or which are not there. */
function partsThatDoNotAddUp(): object[] {
  const commitments = content.commitments as Record<string, unknown>;
  const openings = [
    { ...opening, sapToDate: "1200.01" },
    { ...opening, opening: "499.99" },
    { ...opening, opening: null },
    { ...opening, difference: "0.01", sapToDate: "1200.01" },
    { ...opening, state: "unconfirmed" },
    { ...opening, opening: null, sapToDate: "700.00" },
    { ...opening, held: "one" },
    "none",
  ];
  const others = {
    requisitions: [[], [{ ...requisition, control: "312.00" }], [{ ...requisition, classes: {} }]],
    requisitionTotals: [[], [{ ...totalOf(requisition), posted: "310.01" }]],
    contracts: [[{ ...contract, procore: "999.00" }], [contract, contract]],
    contractTotals: [[{ ...totalOf(contract), control: null }], [{ ...totalOf(contract), currency: "EUR" }]],
    receipts: [[{ ...received, invoiced: "313.01" }], "none"],
  };
  return [
    { ...content, openings: { isTied: true } },
    ...openings.map((wrong) => ({ ...content, openings: { isTied: true, rows: [wrong], totals: [wrong] } })),
    ...[[], [opening, opening], [{ ...opening, held: "1.01" }], [{ ...opening, project: "BRIDGE" }]].map((totals) => ({
      ...content,
      openings: { isTied: true, rows: [opening], totals },
    })),
    ...Object.entries(others).flatMap(([name, wrongs]) =>
      wrongs.map((wrong) => ({ ...content, commitments: { ...commitments, [name]: wrong } })),
    ),
    // It claims more than its parts do.
    { ...content, isTied: true },
    without(content, "commitments"),
    without(content, "openings"),
  ];
}

describe("a certificate", () => {
  it("is accepted as it was written, with the key that signed it", () => {
    expect(verifyCertificate(file, trusted)).toEqual({ ok: true, value: content });
    const pem = `-----BEGIN PUBLIC KEY-----\n${trusted.slice(0, 30)}\n${trusted.slice(30)}\n-----END PUBLIC KEY-----\n`;
    expect(problemOf(file, pem)).toBe("accepted");
  });

  it("is refused after any of 10,000 edits", () => {
    const roll = dice(2026);
    const refused = new Map<string, number>();
    const from = file.indexOf(section);
    let within = 0;
    for (let count = 0; count < 10_000; ) {
      const changed = edits[roll(edits.length)]?.(roll) ?? file;
      if (Buffer.from(changed).equals(file)) continue;
      count += 1;
      const first = file.findIndex((byte, index) => byte !== changed[index]);
      if (first >= from && first < from + section.length) within += 1;
      const problem = problemOf(changed);
      refused.set(problem, (refused.get(problem) ?? 0) + 1);
    }
    expect(refused.has("accepted")).toBe(false);
    expect([...refused.values()].reduce((sum, each) => sum + each, 0)).toBe(10_000);
    // The dice did reach the signature's own check and not only the form's.
    expect(refused.get("signature-wrong")).toBeGreaterThan(500);
    // And commitments are as safe as the rest.
    expect(from).toBeGreaterThan(0);
    expect(within).toBeGreaterThan(2_000);
  });

  it("is refused at every single place, whatever the one byte becomes there", () => {
    for (let at = 0; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(problemOf(changed)).not.toBe("accepted");
    }
  });

  it("is refused when somebody else signed it, whichever key they name", () => {
    const other = makeKey();
    const forged = signCertificate({ ...content, period: "2026.011" }, other);
    expect(problemOf(Buffer.from(forged))).toBe("other-key");
    const asOurs = forged.replace(keyNameOf(publicKeyOf(other)), keyNameOf(trusted));
    expect(problemOf(Buffer.from(asOurs))).toBe("signature-wrong");
    expect(problemOf(file, publicKeyOf(other))).toBe("other-key");
    for (const nonsense of ["", "AAAA", "no base64!", Buffer.from(file).toString("base64")])
      expect(problemOf(file, nonsense)).toBe("other-key");
  });

  it("is refused when what it says stands in another order, or in another form of the same value", () => {
    const value = JSON.parse(file.toString()) as { certificate: { rows: unknown[] } };
    const { rows } = value.certificate;
    const swapped = { ...value, certificate: { ...value.certificate, rows: [rows[1], rows[0]] } };
    const rewritten = file.toString();
    const texts = {
      "rows swapped": `${JSON.stringify(swapped)}\n`,
      "fields of the file reordered": `${JSON.stringify(Object.fromEntries(Object.entries(value).reverse()))}\n`,
      "fields within reordered": rewritten.replace(/("isTied":false),("made":"[^"]*")/, "$2,$1"),
      "printed for people": `${JSON.stringify(value, undefined, 1)}\n`,
      "without its last line end": rewritten.trimEnd(),
      "with a second line end": `${rewritten}\n`,
      "with a mark of byte order": `\u{feff}${rewritten}`,
      "an escaped letter": rewritten.replace("user:jane", "user:j\\u0061ne"),
      "a field twice": rewritten.replace('{"certificate":', '{"certificate":{},"certificate":'),
      "a number in another form": rewritten.replace('"version":2', '"version":2.0'),
      "signature in another base64": rewritten.replace('=="', '="'),
      "signature of nothing": rewritten.replace(/"signature":"[^"]*"/, '"signature":""'),
      "the former version": rewritten.replace('"version":2', '"version":1'),
      "a version to come": rewritten.replace('"version":2', '"version":3'),
      "without its commitments": rewritten.replace(`${section},`, ""),
      nothing: "",
    };
    for (const [what, text] of Object.entries(texts)) {
      expect(text, what).not.toBe(rewritten);
      expect(problemOf(Buffer.from(text)), what).not.toBe("accepted");
    }
  });

  it("is refused where it does not add up, though the right key signed it", () => {
    const [first, second] = content.rows as ReturnType<typeof row>[];
    const cases = [
      { ...content, totals: [] },
      { ...content, totals: [{ ...(content.totals as object[])[0], procore: "629.01" }] },
      { ...content, totals: [{ ...(content.totals as object[])[0], opening: "81.01" }] },
      { ...content, rows: [{ ...first, procore: "9.00" }, second] },
      { ...content, rows: [first, { ...second, opening: "80.00" }] },
      { ...content, rows: [first, without(second as object, "opening")] },
      { ...content, rows: [{ ...first, classes: { edited: "2.49" } }, second] },
      { ...content, rows: [{ ...first, read: "12.51" }, second] },
      { ...content, rows: [second] },
      // Every sum but one: what became of the lines is more than was read.
      {
        ...content,
        rows: [{ ...first, held: "1.00" }, second],
        totals: [{ ...(content.totals as object[])[0], held: "1.00" }],
      },
      ...partsThatDoNotAddUp(),
    ] as CertificateContent[];
    for (const wrong of cases) expect(problemOf(Buffer.from(signCertificate(wrong, key)))).toBe("sums-differ");
  });
});

// As the product wrote it before commitments and opening balances were certified.
const formerKey = "MCowBQYDK2VwAyEAZN4qGhy4DUrYQTcXkGNBCvagSNSY3Zraq2qYJFiB7Go=";
const former = `{"certificate":{"at":"2026-11-02T08:00:00.000Z","by":"user:jane","connection":"main","hashVersion":1,"isTied":true,"mappingVersion":"7c0a","period":"2026.010","procoreCompanyId":1,"productVersion":"0.1.0","rows":[{"classes":{"awaiting-approval":"2.50"},"companyCode":"1000","control":"12.50","costCode":"03-100.M","currency":"USD","excluded":"0.00","excludedBy":{},"held":"0.00","lines":2,"posted":"10.00","procore":"10.00","project":"BRIDGE","read":"12.50","variance":"2.50","waiting":"2.50"},{"classes":{},"companyCode":"1000","control":"700.00","costCode":"03-100.M","currency":"USD","excluded":"81.00","excludedBy":{"before-cut-over":"81.00"},"held":"0.00","lines":2,"posted":"619.00","procore":"619.00","project":"TOWER","read":"700.00","variance":"0.00","waiting":"0.00"}],"sapClient":"S01.100","tenant":"main","totals":[{"classes":{"awaiting-approval":"2.50"},"control":"712.50","currency":"USD","excluded":"81.00","excludedBy":{"before-cut-over":"81.00"},"held":"0.00","lines":4,"posted":"629.00","procore":"629.00","read":"712.50","variance":"2.50","waiting":"2.50"}]},"key":"e931e122232b9ff1","signature":"5nzUBQigyh1TOQvBn9qK2bBggGVNy9jIZ4mtDOEawsmAwBc/Yb2tkHJIgv2kXG5aHqTNXX2J3EmzK40pjewWCQ==","version":1}\n`;

describe("a certificate of the former version", () => {
  const bytes = Buffer.from(former);

  it("is genuine as ever", () => {
    const verified = verifyCertificate(bytes, formerKey);
    expect(verified).toMatchObject({ ok: true, value: { period: "2026.010", isTied: true } });
    expect(former).toContain('"version":1}');
  });

  it("is refused at every single place, and under another version", () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(problemOf(changed, formerKey)).not.toBe("accepted");
    }
    expect(problemOf(Buffer.from(former.replace('"version":1', '"version":2')), formerKey)).toBe("signature-wrong");
  });

  it("adds up by its own form: it has no column of opening balances", () => {
    const { certificate } = JSON.parse(former) as { certificate: CertificateContent };
    expect([tieOut(certificate, 1), tieOut(certificate, 2)]).toEqual([true, false]);
    expect(tieOut({ ...certificate, totals: [] }, 1)).toBe(false);
  });
});
