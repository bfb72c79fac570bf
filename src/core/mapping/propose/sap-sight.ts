/**
 * SAP's objects and accounts as reference data tell of them: texts, the WBS element of an order, the project of a WBS element, the chart of a company code. What was
 * not read is empty, and then speaks neither for nor against anything.
 */
import type { CostObjectKind, ReferenceRecord } from "../../records/index.ts";
import { beginsWith, type NumberParts, partsKey, partsOf } from "./numbers.ts";

export type SapProjectSeen = { readonly pspnr: string; readonly id: string; readonly name: string };

export type ObjectSight = {
  readonly objectKind: CostObjectKind;
  readonly object: string;
  /** Its own text. */
  readonly text: string;
  /** Of the WBS element above it, by its number; empty where that is the project's own. */
  readonly parentText: string;
  readonly companyCode: string;
  /** The WBS element that it is or belongs to; empty where there is none. */
  readonly posid: string;
  readonly project: SapProjectSeen | undefined;
  /** What the element's number has behind its project's. */
  readonly tail: NumberParts;
};

export type SapSight = {
  readonly object: (objectKind: CostObjectKind, object: string) => ObjectSight;
  readonly accountText: (companyCode: string, account: string) => string;
  /** Accounts that may carry cost: all of the charts but balance sheet accounts. */
  readonly accounts: readonly string[];
  /** WBS elements that may be posted to, by POSID, in order. */
  readonly posids: readonly string[];
};

const keyPart = ({ key }: ReferenceRecord, index: number): string => key.slice(key.indexOf(":") + 1).split("/")[index] ?? "";
const textOf = ({ text, longText }: ReferenceRecord): string => longText || text;
const attribute = (record: ReferenceRecord | undefined, name: string): string => record?.attributes[name] ?? "";

function createObjects(byKind: ReadonlyMap<string, readonly ReferenceRecord[]>) {
  const of = (kind: string) => byKind.get(kind) ?? [];
  const projects = new Map(of("project").map((record) => [keyPart(record, 0), record]));
  const elements = new Map(of("wbs-element").map((record) => [attribute(record, "id"), record]));
  const elementsByNumber = new Map(of("wbs-element").map((record) => [keyPart(record, 0), record]));
  const orders = new Map(of("order").map((record) => [keyPart(record, 0), record]));
  // Several spans of time: the last one's text is today's.
  const centers = new Map(
    of("cost-center")
      .toSorted((left, right) => (left.validTo < right.validTo ? -1 : 1))
      .map((record) => [keyPart(record, 1), record]),
  );
  const projectOf = (element: ReferenceRecord | undefined): SapProjectSeen | undefined => {
    const pspnr = attribute(element, "project");
    const record = projects.get(pspnr);
    return record && { pspnr, id: attribute(record, "id"), name: textOf(record) };
  };
  /** Numbers part at what is neither letter nor digit: above P-1001-03-01 stands P-1001-03. */
  const parentTextOf = (element: ReferenceRecord | undefined): string => {
    const [posid, project] = [attribute(element, "id"), attribute(element, "project")];
    const ends = [...posid.matchAll(/[^\p{L}\d]+/gu)].map(({ index }) => posid.slice(0, index)).toReversed();
    for (const head of ends) {
      const above = elements.get(head);
      if (!above || attribute(above, "project") !== project) continue;
      return head === projectOf(element)?.id ? "" : textOf(above);
    }
    return "";
  };
  const recordOf = (objectKind: CostObjectKind, object: string): ReferenceRecord | undefined => {
    switch (objectKind) {
      case "wbs":
        return elements.get(object);
      case "order":
      case "network":
        return orders.get(object);
      case "cost-center":
        return centers.get(object);
      case "plant":
        return undefined;
    }
  };
  return (objectKind: CostObjectKind, object: string): ObjectSight => {
    const record = recordOf(objectKind, object);
    const element = objectKind === "wbs" ? record : elementsByNumber.get(attribute(record, "wbsElement"));
    const posid = objectKind === "wbs" ? object : attribute(element, "id");
    const project = projectOf(element);
    const parts = partsOf(posid);
    const head = partsOf(project?.id ?? "");
    return {
      objectKind,
      object,
      text: record ? textOf(record) : "",
      parentText: parentTextOf(element),
      companyCode: attribute(record, "companyCode"),
      posid,
      project,
      tail: project && beginsWith(parts, head) ? parts.slice(head.length) : [],
    };
  };
}

/** A text that all charts share counts where the company's own chart is not known. */
function createAccountTexts(byKind: ReadonlyMap<string, readonly ReferenceRecord[]>) {
  const charts = new Map(
    (byKind.get("company-code") ?? []).map((record) => [keyPart(record, 0), attribute(record, "chartOfAccounts")]),
  );
  const byChart = new Map<string, string>();
  const byNumber = new Map<string, Set<string>>();
  const note = (number: string, text: string) => byNumber.set(number, (byNumber.get(number) ?? new Set()).add(text));
  for (const record of byKind.get("gl-account") ?? []) {
    byChart.set(`${keyPart(record, 0)}/${keyPart(record, 1)}`, textOf(record));
    note(keyPart(record, 1), textOf(record));
  }
  // Secondary cost elements have no account behind them.
  const accounts = new Set(byNumber.keys());
  for (const record of byKind.get("cost-element") ?? [])
    if (!accounts.has(keyPart(record, 1))) note(keyPart(record, 1), textOf(record));
  return (companyCode: string, account: string): string => {
    const own = byChart.get(`${charts.get(companyCode) ?? ""}/${account}`);
    if (own !== undefined) return own;
    const texts = [...(byNumber.get(account) ?? [])];
    return texts.length === 1 ? (texts[0] ?? "") : "";
  };
}

export function seeSap(references: readonly ReferenceRecord[]): SapSight {
  const byKind = Map.groupBy(references, ({ of }) => of);
  const balance = new Set<string>();
  const accounts = new Set<string>();
  for (const record of byKind.get("gl-account") ?? [])
    (attribute(record, "isBalanceSheet") === "" ? accounts : balance).add(keyPart(record, 1));
  for (const record of byKind.get("cost-element") ?? []) if (!balance.has(keyPart(record, 1))) accounts.add(keyPart(record, 1));
  const objects = createObjects(byKind);
  const seen = new Map<string, ObjectSight>();
  const posids = (byKind.get("wbs-element") ?? [])
    .filter((record) => attribute(record, "isAccountAssignment") !== "")
    .map((record) => attribute(record, "id"));
  return {
    object(objectKind, object) {
      const name = `${objectKind} ${object}`;
      const sight = seen.get(name) ?? objects(objectKind, object);
      seen.set(name, sight);
      return sight;
    },
    accountText: createAccountTexts(byKind),
    accounts: [...accounts].sort(),
    posids: [...new Set(posids)].sort(),
  };
}

/** Elements of one place in their projects: `03 1` for P-1001-03-01 and P-1002-03-01. */
export const tailKey = ({ tail }: ObjectSight): string => partsKey(tail);
