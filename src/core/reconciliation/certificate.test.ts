import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CertificateContent, keyNameOf, publicKeyOf, signCertificate, verifyCertificate } from "./certificate.ts";

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
  excluded: "0.00",
  procore,
  variance,
  classes,
});
const content: CertificateContent = {
  period: "2026.010",
  made: "2026-11-01T08:00:00.000Z",
  by: "user:jane ünïcode 東京",
  rows: [row("BRIDGE", "12.50", "10.00", { edited: "2.50" }, "2.50"), row("TOWER", "700.00", "700.00", {}, "0.00")],
  totals: [
    {
      currency: "USD",
      control: "712.50",
      read: "712.50",
      posted: "712.50",
      held: "0.00",
      waiting: "0.00",
      excluded: "0.00",
      procore: "710.00",
      variance: "2.50",
    },
  ],
};
const file = Buffer.from(signCertificate(content, key));
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

describe("a certificate", () => {
  it("is accepted as it was written, with the key that signed it", () => {
    expect(verifyCertificate(file, trusted)).toEqual({ ok: true, value: content });
  });

  it("is refused after any of 10,000 edits", () => {
    const roll = dice(2026);
    const refused = new Map<string, number>();
    for (let count = 0; count < 10_000; ) {
      const changed = edits[roll(edits.length)]?.(roll) ?? file;
      if (Buffer.from(changed).equals(file)) continue;
      count += 1;
      const problem = problemOf(changed);
      refused.set(problem, (refused.get(problem) ?? 0) + 1);
    }
    expect(refused.has("accepted")).toBe(false);
    expect([...refused.values()].reduce((sum, each) => sum + each, 0)).toBe(10_000);
    // The dice did reach the signature's own check and not only the form's.
    expect(refused.get("signature-wrong")).toBeGreaterThan(500);
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
      "fields within reordered": rewritten.replace(/("by":"[^"]*"),("made":"[^"]*")/, "$2,$1"),
      "printed for people": `${JSON.stringify(value, undefined, 1)}\n`,
      "without its last line end": rewritten.trimEnd(),
      "with a second line end": `${rewritten}\n`,
      "with a mark of byte order": `\u{feff}${rewritten}`,
      "an escaped letter": rewritten.replace("user:jane", "user:j\\u0061ne"),
      "a field twice": rewritten.replace('{"certificate":', '{"certificate":{},"certificate":'),
      "a number in another form": rewritten.replace('"version":1', '"version":1.0'),
      "signature in another base64": rewritten.replace('=="', '="'),
      "signature of nothing": rewritten.replace(/"signature":"[^"]*"/, '"signature":""'),
      "another version": rewritten.replace('"version":1', '"version":2'),
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
      { ...content, totals: [{ ...(content.totals as object[])[0], procore: "710.01" }] },
      { ...content, rows: [{ ...first, procore: "9.00" }, second] },
      { ...content, rows: [{ ...first, classes: { edited: "2.49" } }, second] },
      { ...content, rows: [{ ...first, read: "12.51" }, second] },
      { ...content, rows: [second] },
      // Every sum but one: what became of the lines is more than was read.
      {
        ...content,
        rows: [{ ...first, held: "1.00" }, second],
        totals: [{ ...(content.totals as object[])[0], held: "1.00" }],
      },
    ] as CertificateContent[];
    for (const wrong of cases) expect(problemOf(Buffer.from(signCertificate(wrong, key)))).toBe("sums-differ");
  });
});
