/**
 * Purchase orders that are older than cut-over against the contracts that people made (ruling 4): by number, vendor and amount, recycled ones too. Sure is
 * only what agrees in all three, is free, and is wanted by one order; everything else that may be the order is asked. Pure.
 */
import type { HoldCode } from "../disposition.ts";
import { formatMoney, type Money } from "../money.ts";
import { err, ok, type Result } from "../result.ts";

export type ContractSeen = {
  readonly id: number;
  readonly number: string;
  readonly title: string;
  readonly status: string;
  readonly vendorId: number | null;
  readonly accountingMethod: string | null;
  /** In the project's currency; null where it cannot be told. */
  readonly total: bigint | null;
  /** Of the contract itself, where Procore says one. */
  readonly currency: string | null;
  /** Empty where nobody linked it. */
  readonly originId: string;
  readonly isDeleted: boolean;
};

export type OrderWanted = {
  /** EBELN. */
  readonly key: string;
  readonly originId: string;
  /** Procore's company; undefined while the vendor is not there. */
  readonly vendorId: number | undefined;
  /** Undefined where its items do not come to one currency. */
  readonly total: Money | undefined;
};

export type ContractCandidate = Pick<ContractSeen, "number" | "title" | "status" | "originId"> & {
  readonly contractId: number;
  readonly reasons: readonly string[];
};

export type ContractOutcome =
  | { readonly kind: "none" }
  | { readonly kind: "sure"; readonly contractId: number; readonly candidates: readonly ContractCandidate[] }
  | { readonly kind: "ask"; readonly code: HoldCode; readonly why: string; readonly candidates: readonly ContractCandidate[] };

/** A person looks at no more. */
const candidatesMax = 5;

const bare = (text: string) => text.toUpperCase().replace(/[^\p{L}\d]/gu, "");

const withoutZeros = (text: string) => text.replace(/^0+(?=\d)/, "");

/** `4500012345` of `PO 4500012345` and `#4500012345`. */
const wholeNumber = (number: string) => withoutZeros(bare(number).replace(/^PO(?=\d)/, ""));

const wordsOf = (number: string) =>
  number
    .toUpperCase()
    .split(/[^\p{L}\d]+/u)
    .map(withoutZeros);

type NumberLikeness = "same" | "names" | undefined;

/** Thousands of orders meet thousands of contracts: each order looks only at those that share what a candidate must share. */
type ContractIndex = {
  byNumber: ReadonlyMap<string, readonly ContractSeen[]>;
  byWord: ReadonlyMap<string, readonly ContractSeen[]>;
  byVendorAndTotal: ReadonlyMap<string, readonly ContractSeen[]>;
};

function indexBy(contracts: readonly ContractSeen[], keysOf: (seen: ContractSeen) => readonly string[]) {
  const index = new Map<string, ContractSeen[]>();
  for (const seen of contracts)
    for (const key of new Set(keysOf(seen))) {
      const same = index.get(key);
      if (same) same.push(seen);
      else index.set(key, [seen]);
    }
  return index;
}

function indexContracts(contracts: readonly ContractSeen[]): ContractIndex {
  return {
    byNumber: indexBy(contracts, ({ number }) => [wholeNumber(number)]),
    byWord: indexBy(contracts, ({ number }) => wordsOf(number)),
    byVendorAndTotal: indexBy(contracts, ({ vendorId, total }) => [`${vendorId} ${total}`]),
  };
}

/** Each once, with how its number is like the order's. */
function findAlike({ byNumber, byWord, byVendorAndTotal }: ContractIndex, order: OrderWanted): Map<ContractSeen, NumberLikeness> {
  const wanted = withoutZeros(bare(order.key));
  const isTold = order.vendorId !== undefined && order.total !== undefined;
  const found = new Map<ContractSeen, NumberLikeness>();
  if (isTold)
    for (const seen of byVendorAndTotal.get(`${order.vendorId} ${order.total?.minor}`) ?? []) found.set(seen, undefined);
  for (const seen of byWord.get(wanted) ?? []) found.set(seen, "names");
  for (const seen of byNumber.get(wanted) ?? []) found.set(seen, "same");
  return found;
}

type Pair = { seen: ContractSeen; candidate: ContractCandidate; isSure: boolean; rank: number };

/** What forbids adopting it as it stands, in words; the lines are looked at apart. */
export function obstaclesOf(seen: ContractSeen, order: OrderWanted): string[] {
  const { originId } = seen;
  return [
    ...(seen.isDeleted ? ["in the recycle bin"] : []),
    ...(originId === "" || originId === order.originId ? [] : [`linked as ${originId}`]),
    ...(seen.status === "Draft" || seen.status === "Approved" ? [] : [`its status is ${seen.status || "not told"}`]),
    ...(seen.accountingMethod === "amount" ? [] : [`billed by ${seen.accountingMethod ?? "a method that is not told"}`]),
    ...(seen.vendorId !== null && seen.vendorId === order.vendorId ? [] : ["another vendor"]),
    ...(seen.currency === null || seen.currency === order.total?.currency ? [] : [`in ${seen.currency}`]),
  ];
}

function pairOf(order: OrderWanted, seen: ContractSeen, number: NumberLikeness): Pair {
  const isSameVendor = seen.vendorId !== null && seen.vendorId === order.vendorId;
  const isSameAmount = order.total !== undefined && seen.total === order.total.minor;
  const amount =
    order.total && seen.total !== null ? formatMoney({ minor: seen.total, currency: order.total.currency }) : "not told";
  const obstacles = obstaclesOf(seen, order);
  const reasons = [
    ...(number === "same" ? ["same number"] : number === "names" ? ["its number names the order"] : []),
    ...(isSameVendor ? ["same vendor"] : []),
    ...(isSameAmount ? ["same amount"] : [`its amount is ${amount}`]),
    ...obstacles,
  ];
  const { id: contractId, title, status, originId } = seen;
  const isSure = number === "same" && isSameVendor && isSameAmount && obstacles.length === 0;
  const rank = (number === "same" ? 4 : number === "names" ? 2 : 0) + (isSameVendor ? 1 : 0) + (isSameAmount ? 1 : 0);
  return { seen, candidate: { contractId, number: seen.number, title, status, originId, reasons }, isSure, rank };
}

function outcomeOf(pairs: readonly Pair[], isWantedTwice: (contract: number) => boolean): ContractOutcome {
  const [first] = pairs;
  if (!first) return { kind: "none" };
  const candidates = pairs.slice(0, candidatesMax).map(({ candidate }) => candidate);
  const ask = (code: HoldCode, why: string): ContractOutcome => ({ kind: "ask", code, why, candidates });
  const [sure, second] = pairs.filter(({ isSure }) => isSure);
  if (sure && isWantedTwice(sure.seen.id)) return ask("contract-twin", `contract ${sure.seen.id} fits several purchase orders`);
  if (sure && !second) return { kind: "sure", contractId: sure.seen.id, candidates };
  if (sure) return ask("contract-twin", "several contracts fit");
  if (pairs.every(({ seen }) => seen.originId !== "" && !seen.isDeleted))
    return ask("contract-foreign-origin", `another system has linked contract ${first.seen.id}`);
  return ask("contract-twin", pairs.length === 1 ? "alike, but not sure" : "several contracts are alike");
}

/** All of one project together. A contract that is another order's of ours is nobody's candidate. The order of neither list counts. */
export function matchContracts(
  orders: readonly OrderWanted[],
  contracts: readonly ContractSeen[],
  isOurs: (originId: string) => boolean,
): Map<string, ContractOutcome> {
  const index = indexContracts(contracts);
  const pairs = new Map(
    orders.map((order) => {
      const found = [...findAlike(index, order)]
        .filter(([{ originId }]) => originId === order.originId || !isOurs(originId))
        .map(([seen, number]) => pairOf(order, seen, number));
      return [order.key, found.sort((left, right) => right.rank - left.rank || left.seen.id - right.seen.id)] as const;
    }),
  );
  const wanted = new Map<number, number>();
  for (const found of pairs.values())
    for (const { seen, isSure } of found) if (isSure) wanted.set(seen.id, (wanted.get(seen.id) ?? 0) + 1);
  return new Map([...pairs].map(([key, found]) => [key, outcomeOf(found, (contract) => (wanted.get(contract) ?? 0) > 1)]));
}

export type LineWanted = {
  readonly originId: string;
  readonly name: string;
  readonly amount: Money;
  readonly budgetCodeId: number;
};
export type LineSeen = {
  readonly id: number;
  readonly originId: string;
  readonly amount: bigint | null;
  readonly text: string;
  readonly budgetCodeId: number | null;
};

/**
 * One line for one item, of the same amount on the same budget code: their ids by origin id, or what differs, in words. Lines that are equal stand for equal
 * items in the order of their ids.
 */
export function matchContractLines(
  wanted: readonly LineWanted[],
  seen: readonly LineSeen[],
): Result<Map<string, number>, string[]> {
  const left = [...seen].sort((a, b) => a.id - b.id);
  const ids = new Map<string, number>();
  const differences: string[] = [];
  for (const line of wanted) {
    const isIt = ({ amount, budgetCodeId, originId }: LineSeen) =>
      amount === line.amount.minor && budgetCodeId === line.budgetCodeId && (originId === "" || originId === line.originId);
    const at = left.findIndex(isIt);
    const found = at < 0 ? undefined : left.splice(at, 1)[0];
    if (found) ids.set(line.originId, found.id);
    else differences.push(`item ${line.name}: no line of ${formatMoney(line.amount)} on its budget code`);
  }
  differences.push(
    ...left.map(({ id, text, originId }) => `line ${id}: ${text}, of no item${originId === "" ? "" : `, linked as ${originId}`}`),
  );
  return differences.length === 0 ? ok(ids) : err(differences);
}
