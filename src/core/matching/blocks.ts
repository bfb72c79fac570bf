/**
 * Which companies a vendor is compared with at all. Comparing each with each is too much for tens of thousands on both sides, so companies are
 * found by what the points are given for: tax id, name, words of the name, number, mail, telephone, address.
 */
import type { CompanyName } from "./company-name.ts";
import type { CompanyParty, SapParty } from "./party.ts";
import type { Common } from "./score.ts";
import { taxKey } from "./tax-id.ts";

/** A word that more companies bear than this leads nowhere by itself. */
const companiesPerWordMax = 300;
/** What more than so many share on either side is no evidence. */
const sharersMax = 5;

const edgeLetters = 4;

/** The ends of long words, so that a slip in the middle, or at one end, does not hide it. */
function wordKeys({ words }: CompanyName): readonly string[] {
  return words.flatMap((word) => {
    if (word.length < edgeLetters) return words.length === 1 ? [`word ${word}`] : [];
    return [`word ${word}`, `head ${word.slice(0, edgeLetters)}`, `tail ${word.slice(-edgeLetters)}`];
  });
}

function strongKeys(party: SapParty | CompanyParty): readonly string[] {
  const { taxId, number, email, domain, phone, street } = party;
  const names = party.names.flatMap((name) => [
    ...name.spellings.map((spelling) => `name ${spelling}`),
    `words ${[...name.words].sort().join(" ")}`,
  ]);
  const named = [
    taxId && taxKey(taxId),
    number && `number ${number}`,
    email && `email ${email}`,
    domain && `domain ${domain}`,
    phone && `phone ${phone}`,
    street && `street ${street}`,
  ];
  return [...names, ...named.flatMap((key) => key ?? [])];
}

function countValues(parties: readonly (SapParty | CompanyParty)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { phone, domain, email, street, zip } of parties) {
    const keys = [
      phone && `phone ${phone}`,
      domain && `domain ${domain}`,
      email && `email ${email}`,
      street && `street ${street} ${zip ?? ""}`,
    ];
    for (const key of keys) if (key) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function findCommon(vendors: readonly SapParty[], companies: readonly CompanyParty[]): Common {
  const sides = [countValues(vendors), countValues(companies)];
  const common = new Set(
    sides.flatMap((counts) =>
      [...counts].flatMap(([key, count]) => (count > sharersMax ? [key.split(" ").slice(0, 2).join(" ")] : [])),
    ),
  );
  return (kind, value) => common.has(`${kind} ${value}`);
}

export function indexCompanies(companies: readonly CompanyParty[]): (vendor: SapParty) => readonly CompanyParty[] {
  const index = new Map<string, CompanyParty[]>();
  for (const company of companies) {
    const keys = new Set([...strongKeys(company), ...company.names.flatMap(wordKeys)]);
    for (const key of keys) {
      const members = index.get(key);
      if (members) members.push(company);
      else index.set(key, [company]);
    }
  }
  return (vendor) => {
    const found = new Set<CompanyParty>();
    for (const key of strongKeys(vendor)) for (const company of index.get(key) ?? []) found.add(company);
    for (const key of new Set(vendor.names.flatMap(wordKeys))) {
      const members = index.get(key) ?? [];
      if (members.length <= companiesPerWordMax) for (const company of members) found.add(company);
    }
    return [...found];
  };
}
