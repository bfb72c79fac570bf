import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceNumber } from "../fingerprint.ts";
import { compileMapping } from "../mapping/index.ts";
import { parseMoney } from "../money.ts";
import type { CostLine } from "../records/index.ts";
import {
  type CostContext,
  type CostDocumentFacts,
  decideCostLine,
  type Grouping,
  type GroupKey,
  groupings,
} from "../rulings/cost.ts";
import { addToGroup, type CostGroups, type CostPart, draftsOf, openNextParts } from "./parts.ts";
import { firstPostingVersion, nextPostingVersions, type RecodedLine, recode } from "./recoding.ts";
import { cancelReversed, type ReversibleMember } from "./reversals.ts";

const client = { systemId: "S01", client: "100" };

/** Project by object: each has its own currency, of 2, 0 and 3 decimals. */
const projects = [
  { id: 1, number: "ONE", currency: "USD" },
  { id: 2, number: "TWO", currency: "JPY" },
  { id: 3, number: "THREE", currency: "KWD" },
  { id: 4, number: "FOUR", currency: "USD" },
];
/** Objects 0 and 3 may change their project, having one currency. */
const currencyOf = (object: number) => projects[object]?.currency ?? "";
const accounts = ["0000400000", "0000500000", "0000600000"];
const costTypes = ["L", "M", "O"];

/** What the rules of a plan say: the cost type of each account, and whether the dollar projects change places. */
type Rules = { types: readonly number[]; isSwapped: boolean; grouping: Grouping };

function contextOf({ types, isSwapped, grouping }: Rules): CostContext {
  const any = { kind: "any" } as const;
  const compiled = compileMapping(
    projects.flatMap(({ number }, object) =>
      accounts.map((account, index) => ({
        name: `${object} ${account}`,
        companyCode: any,
        objectKind: "wbs" as const,
        object: { kind: "exact" as const, value: `P-${object}` },
        account: { kind: "exact" as const, value: account },
        materialGroup: any,
        target: {
          project: isSwapped && number === "ONE" ? "FOUR" : isSwapped && number === "FOUR" ? "ONE" : number,
          costCode: "03",
          costType: costTypes[types[index] ?? 0] ?? "",
        },
      })),
    ),
  );
  if (!compiled.ok) throw new Error("rules");
  return {
    mapping: compiled.value,
    view: {
      projectByNumber: (number) => projects.find((each) => each.number === number),
      budgetCode: (projectId, _code, type) => projectId * 100 + costTypes.indexOf(type),
    },
    companyCodes: [],
    itemRoute: () => "undecided",
    vendorPlace: () => "in-procore",
    withoutVendor: "never",
    grouping,
    costClass: (type) => (type === "L" ? { class: "labour", type: "payroll" } : { class: type, type: "expense" }),
  };
}

type GivenLine = { object: number; account: number; minor: bigint };
type GivenDocument = { plan: number; period: number; day: number; vendor: string; lines: GivenLine[]; reversedIn: number | null };
type Posting = {
  key: string;
  reversalOf: string;
  facts: CostDocumentFacts;
  line: CostLine;
  minor: bigint;
  plan: number;
  isMoved: readonly boolean[];
};

const lines = fc.array(
  fc.record({
    object: fc.nat({ max: 3 }),
    account: fc.nat({ max: 2 }),
    minor: fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
  }),
  { minLength: 1, maxLength: 4 },
);
const plansMax = 4;
const documents = fc.array(
  fc.record({
    plan: fc.nat({ max: plansMax - 1 }),
    period: fc.constantFrom(3, 4, 13),
    day: fc.integer({ min: 1, max: 3 }),
    vendor: fc.constantFrom("", "", "0000100001", "0000100002"),
    lines,
    reversedIn: fc.option(fc.nat({ max: plansMax - 1 })),
  }),
  { minLength: 1, maxLength: 8 },
);
const rules = fc.record({
  types: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
  isSwapped: fc.boolean(),
  grouping: fc.constantFrom(...groupings),
});
const plans = fc.array(rules, { minLength: plansMax, maxLength: plansMax });
const moves = fc.infiniteStream(fc.boolean());

/** Late lines are those of a later plan; a reversal is a document of the opposite amounts, in the plan of its own or a later one. */
function postingsOf(given: readonly GivenDocument[], isMoved: Iterator<boolean>): Posting[] {
  const postings: Posting[] = [];
  const post = (
    { period, day, vendor }: GivenDocument,
    number: string,
    each: GivenLine,
    line: number,
    minor: bigint,
    plan: number,
    reversalOf: string,
  ) => {
    const name = `1000.${number}.2026.${String(line + 1).padStart(3, "0")}`;
    postings.push({
      key: name,
      reversalOf,
      facts: {
        source: "bseg",
        companyCode: "1000",
        documentNumber: number,
        fiscalYear: 2026,
        period,
        postingDate: `2026030${day}`,
        status: "",
        currency: currencyOf(each.object),
        onlyVendor: vendor,
      },
      line: {
        line: String(line + 1).padStart(3, "0"),
        account: accounts[each.account] ?? "",
        amount: "",
        object: { kind: "wbs", key: `P-${each.object}` },
        costElementCategory: "1",
        transactionKey: "",
        specialGl: "",
        purchaseOrder: "",
        purchaseOrderItem: "",
        assignment: "",
        vendor: "",
        text: "",
      },
      minor,
      plan,
      isMoved: Array.from({ length: plansMax }, () => isMoved.next().value === true),
    });
  };
  given.forEach((document, index) => {
    const number = String(100000001 + index).padStart(10, "0");
    const reversal = String(200000001 + index).padStart(10, "0");
    document.lines.forEach((each, line) => {
      const reversedIn = document.reversedIn === null ? undefined : Math.max(document.plan, document.reversedIn);
      // The reversed one names its reversal once it was read again; every second time here.
      const isNamed = reversedIn === document.plan && index % 2 === 0;
      post(document, number, each, line, each.minor, document.plan, isNamed ? `${reversal}.2026` : "");
      if (reversedIn !== undefined) post(document, reversal, each, line, -each.minor, reversedIn, `${number}.2026`);
    });
  });
  return postings;
}

type Standing = { key: GroupKey; member: ReversibleMember; version: number };
/** As Procore would hold it: read from what is sent, and from nothing else. */
type Sent = {
  procore: Map<string, bigint>;
  ids: string[];
  invoiceNumbers: string[];
  references: string[];
  numbers: Map<string, number[]>;
  /** Lines that are left out with their reversals. */
  cancelled: Set<string>;
};

function placeOf(posting: Posting, context: CostContext): { key: GroupKey; member: ReversibleMember } {
  const { decision, target, group } = decideCostLine(posting.line, posting.facts, context);
  if (!target || !group) throw new Error(`not planned: ${JSON.stringify(decision)}`);
  const { costCode, costType, budgetCodeId } = target;
  const amount = { minor: posting.minor, currency: posting.facts.currency };
  const { postingDate } = posting.facts;
  const { documentNumber, fiscalYear } = posting.facts;
  const member = {
    key: posting.key,
    amount,
    postingDate,
    budgetCodeId,
    budgetCode: `${costCode}.${costType}`,
    document: `${documentNumber}.${fiscalYear}`,
    reversalOf: posting.reversalOf,
    account: posting.line.account,
    object: posting.line.object?.key ?? "",
  };
  return { key: group, member };
}

/** Each with its partner: of one place, of opposite amounts, one naming the other. */
function expectPairs(cancelled: readonly ReversibleMember[]): void {
  expect(cancelled.length % 2).toBe(0);
  for (let at = 0; at < cancelled.length; at += 2) {
    const [one, other] = [cancelled[at], cancelled[at + 1]];
    if (!one || !other) throw new Error("a half pair");
    expect(one.amount.minor).toBe(-other.amount.minor);
    expect([one.budgetCode, one.account, one.object]).toEqual([other.budgetCode, other.account, other.object]);
    expect(one.reversalOf === other.document || other.reversalOf === one.document).toBe(true);
  }
}

const addMinor = (sums: Map<string, bigint>, key: string, minor: bigint) => sums.set(key, (sums.get(key) ?? 0n) + minor);

function send(sent: Sent, parts: readonly CostPart[]): void {
  for (const { group, cost } of parts) {
    let ofLines = 0n;
    const byCode = new Map<string, bigint>();
    for (const { budgetCodeId, amount } of group.members) addMinor(byCode, String(budgetCodeId), amount.minor);
    for (const { body, originId } of cost.lines) {
      const amount = parseMoney(String(body.amount), group.key.currency);
      if (!amount.ok) throw new Error(String(body.amount));
      // Members = line.
      expect(amount.value.minor).toBe(byCode.get(String(body.wbs_code_id)));
      ofLines += amount.value.minor;
      addMinor(sent.procore, `${cost.projectId} ${body.wbs_code_id} ${group.key.currency}`, amount.value.minor);
      sent.ids.push(originId);
    }
    expect(cost.lines).toHaveLength(byCode.size);
    // Line = part.
    expect(cost.total).toEqual({ minor: ofLines, currency: group.key.currency });
    sent.ids.push(cost.originId);
    sent.numbers.set(cost.groupId, [...(sent.numbers.get(cost.groupId) ?? []), cost.part]);
    expect(cost.header.invoice_number !== undefined).toBe(group.key.type === "invoice");
    expect(group.key.vendor === "").toBe(group.key.type !== "invoice");
    if (cost.header.invoice_number !== undefined) sent.invoiceNumbers.push(String(cost.header.invoice_number));
  }
}

function opened(groups: CostGroups, last: Map<string, number>, sent: Sent): void {
  const parts = openNextParts(client, draftsOf(groups), last);
  if (!parts.ok) throw new Error(parts.error.value);
  send(sent, parts.value);
}

function playPlan(
  postings: readonly Posting[],
  plan: number,
  given: Rules,
  standing: Map<string, Standing>,
  last: Map<string, number>,
  sent: Sent,
): void {
  const context = contextOf(given);
  const gathered: CostGroups<ReversibleMember> = new Map();
  for (const posting of postings) {
    if (posting.plan !== plan) continue;
    const { key, member } = placeOf(posting, context);
    addToGroup(gathered, key, member);
  }
  const { groups, cancelled } = cancelReversed(gathered);
  expectPairs(cancelled);
  for (const { key: name } of cancelled) sent.cancelled.add(name);
  for (const { key, members } of groups.values())
    for (const member of members) {
      standing.set(member.key, { key, member, version: firstPostingVersion });
      sent.references.push(referenceNumber(client, member.key, firstPostingVersion));
    }
  opened(groups, last, sent);
  const moving: RecodedLine[] = [];
  for (const posting of postings) {
    const from = standing.get(posting.key);
    if (!from || posting.isMoved[plan] !== true) continue;
    const to = placeOf(posting, context);
    if (from.key.projectId === to.key.projectId && from.member.budgetCode === to.member.budgetCode) continue;
    moving.push({ from, to });
    const { negating, positive } = nextPostingVersions(from.version);
    standing.set(posting.key, { ...to, version: positive });
    sent.references.push(...[negating, positive].map((version) => referenceNumber(client, posting.key, version)));
  }
  const { negating, positive } = recode(moving);
  opened(negating, last, sent);
  opened(positive, last, sent);
}

const withoutZeros = (sums: ReadonlyMap<string, bigint>) => new Map([...sums].filter(([, minor]) => minor !== 0n).sort());

describe("parts over many plans (rulings 22 to 24)", () => {
  it("sum to their lines, whatever the currencies, signs, reversals, late lines and re-codings", () => {
    fc.assert(
      fc.property(documents, plans, moves, (given, ruleSets, isMoved) => {
        const postings = postingsOf(given, isMoved[Symbol.iterator]());
        const standing = new Map<string, Standing>();
        const last = new Map<string, number>();
        const sent: Sent = {
          procore: new Map(),
          ids: [],
          invoiceNumbers: [],
          references: [],
          numbers: new Map(),
          cancelled: new Set(),
        };
        ruleSets.forEach((each, plan) => {
          playPlan(postings, plan, each, standing, last, sent);
          const expected = new Map<string, bigint>();
          for (const { key, facts, minor } of postings) {
            const at = standing.get(key);
            if (at) addMinor(expected, `${at.key.projectId} ${at.member.budgetCodeId} ${facts.currency}`, minor);
          }
          // Nothing is lost: a line stands somewhere, or cancelled with another.
          for (const { key, plan: of } of postings) expect(standing.has(key) || sent.cancelled.has(key)).toBe(of <= plan);
          // Posted = lines, each where it stands now.
          expect(withoutZeros(sent.procore)).toEqual(withoutZeros(expected));
        });
        for (const list of [sent.ids, sent.invoiceNumbers, sent.references]) expect(new Set(list).size).toBe(list.length);
        for (const numbers of sent.numbers.values()) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }),
      { numRuns: 150 },
    );
  });

  it("has no line of a document and its reversal that are in one plan, and both where they are in two", () => {
    const document = { plan: 0, period: 3, day: 1, vendor: "", lines: [{ object: 0, account: 0, minor: 1_250n }] };
    const play = (reversedIn: number) => {
      const postings = postingsOf([{ ...document, reversedIn }], [][Symbol.iterator]());
      const sent: Sent = {
        procore: new Map(),
        ids: [],
        invoiceNumbers: [],
        references: [],
        numbers: new Map(),
        cancelled: new Set(),
      };
      const given: Rules = { types: [1, 1, 1], isSwapped: false, grouping: "object" };
      const [standing, last] = [new Map<string, Standing>(), new Map<string, number>()];
      for (const plan of [0, 1]) playPlan(postings, plan, given, standing, last, sent);
      return { amounts: [...sent.procore.values()], parts: [...sent.numbers.values()] };
    };
    expect(play(0)).toEqual({ amounts: [], parts: [] });
    expect(play(1)).toEqual({ amounts: [0n], parts: [[1, 2]] });
  });
});
