/**
 * Budget codes have no origin id and no sync: the natural key, the combination, is read before it is written, and after doubt once the request can no
 * longer land (ruling 2). Sending one again that is there already is documented to leave one (procore 4.12 [A]); we do not rely on it. What comes back
 * under another code, or out of use, is not what was meant.
 */
import type { SyncRow, WbsCode } from "../../procore/index.ts";
import { type CallScope, type Element, type Handler, oneByOne, type Seen, unanswered, unread } from "./handler.ts";

type Choice = { segment_id: number; segment_item_id: number };

/** What planning put there; `flat_code` and `sub_job` are ours to compare, and are not sent. */
const contentOf = ({ body }: SyncRow) => body as unknown as { flat_code: string; sub_job?: string; segment_items: Choice[] };

function isMeant(row: SyncRow, { flatCode, hasSubJob }: WbsCode): boolean {
  const { flat_code, sub_job } = contentOf(row);
  return flatCode === flat_code && (hasSubJob === undefined || hasSubJob === (sub_job !== undefined));
}

function settled(row: SyncRow, code: WbsCode): Element {
  const pairs = [
    ["flat_code", contentOf(row).flat_code, code.flatCode ?? ""],
    ["status", "active", code.isActive ? "active" : "inactive"],
  ] as const;
  const differences = pairs.flatMap(([field, sent, found]) => (sent === found ? [] : [{ field, sent, found }]));
  return { kind: "settled", originId: row.originId, procoreId: code.id, amount: null, differences };
}

async function create({ connection, projectId, options }: CallScope, row: SyncRow): Promise<Element> {
  const { segment_items } = contentOf(row);
  const outcome = await connection.procore.budgetCodes.createWbsCode(projectId, { segment_items }, options);
  return outcome.kind === "answered" ? settled(row, outcome.body) : unanswered(row.originId, outcome);
}

const listCodes = ({ connection, projectId }: CallScope) => connection.procore.budgetCodes.wbsCodes(projectId).all();

async function send(scope: CallScope, rows: readonly SyncRow[]): Promise<Element[]> {
  const codes = await listCodes(scope);
  if (!codes.ok) return rows.map(({ originId }) => unread(originId, codes.error));
  return oneByOne(rows, async (row) => {
    const there = codes.value.find((code) => isMeant(row, code));
    return there ? settled(row, there) : create(scope, row);
  });
}

/** An empty listing may be a project's beginning: absence is believed, since a second request would make no second code. */
async function readBack(scope: CallScope, rows: readonly SyncRow[]): Promise<ReadonlyMap<string, Seen>> {
  const codes = await listCodes(scope);
  return new Map(
    rows.map((row): [string, Seen] => {
      if (!codes.ok) return [row.originId, { kind: "not-credible", reason: codes.error.detail }];
      const code = codes.value.find((each) => isMeant(row, each));
      if (!code) return [row.originId, { kind: "absent" }];
      return [row.originId, { kind: "found", procoreId: code.id, amount: null, isAsSent: code.isActive }];
    }),
  );
}

export const budgetCode: Handler = {
  batchMax: () => 50,
  byContainer: false,
  isOneByOne: true,
  refusal: "budget-code-refused",
  send,
  readBack,
};
