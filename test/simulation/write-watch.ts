// Watches every write on its way to Procore for what a correct sender never does, whatever the end looks like, since Procore's upsert by origin id
// would hide it: the same content twice without a look in between, and anything at all for a record whose last request may still arrive.
import { createHash } from "node:crypto";

type Sent = { content: string; isRefused: boolean; isLookedAt: boolean };
export type WriteRow = { originId: string; content: string };

/** What was certainly not done, and may go again at once: refused, throttled, or told to come back. */
const isRefusal = (status: number): boolean => status === 429 || status === 503 || (status >= 400 && status < 500);

/** The listing in which a record of that path would be seen. */
function kindOf(path: string): string {
  if (path.includes("/direct_costs")) return "direct costs";
  if (path.includes("/purchase_order_contracts")) return "contracts";
  if (path.includes("/requisitions")) return "requisitions";
  return /\/projects\/\d+\/vendors/.test(path) ? "links" : "vendors";
}

export function rowsOf(path: string, body: string): WriteRow[] {
  const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
  if (path.endsWith("/requisitions")) {
    const { requisition = {} } = JSON.parse(body) as { requisition?: { origin_id?: string } };
    return [{ originId: requisition.origin_id ?? "none", content: hash(requisition) }];
  }
  if (!path.endsWith("/sync")) return [{ originId: path, content: "" }];
  const updates = (JSON.parse(body) as { updates?: { origin_id?: string }[] }).updates ?? [];
  return updates.map((row) => ({ originId: row.origin_id ?? "none", content: hash(row) }));
}

export class WriteWatch {
  readonly violations: string[] = [];
  readonly #sent = new Map<string, Sent>();
  readonly #underWay = new Map<string, number>();
  readonly #looked = new Set<string>();

  looked(path: string): void {
    const kind = kindOf(path);
    this.#looked.add(kind);
    for (const [key, sent] of this.#sent) if (key.startsWith(`${kind} `)) sent.isLookedAt = true;
  }

  /** As it leaves. `mayBeLate`: it will arrive, or be done, after its sender has given up on it. Answers what to call when it has. */
  leaves(path: string, body: string, mayBeLate: boolean): { rows: WriteRow[]; landed: () => void } {
    const rows = rowsOf(path, body);
    const kind = kindOf(path);
    for (const { originId, content } of rows) {
      const key = `${kind} ${originId}`;
      const last = this.#sent.get(key);
      if ((this.#underWay.get(key) ?? 0) > 0) this.violations.push(`${key} was sent while an earlier request could still land`);
      else if (last?.content === content && !last.isRefused && !last.isLookedAt)
        this.violations.push(`${key} was sent again unseen`);
      // No upsert stands behind it: somebody must have looked before the first.
      if (kind === "requisitions" && !this.#looked.has(kind)) this.violations.push(`${key} was created unseen`);
      this.#sent.set(key, { content, isRefused: false, isLookedAt: false });
    }
    if (!mayBeLate) return { rows, landed: () => undefined };
    const count = (by: number) => {
      for (const { originId } of rows) {
        const key = `${kind} ${originId}`;
        this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + by);
      }
    };
    count(1);
    return { rows, landed: () => count(-1) };
  }

  answered(path: string, rows: readonly WriteRow[], status: number, body: string): void {
    const kind = kindOf(path);
    const refused = isRefusal(status) ? rows.map(({ originId }) => originId) : refusedIn(status, body);
    for (const originId of refused) {
      const sent = this.#sent.get(`${kind} ${originId}`);
      if (sent) sent.isRefused = true;
    }
  }
}

function refusedIn(status: number, body: string): string[] {
  if (status !== 200 || !body.startsWith("{")) return [];
  const { errors } = JSON.parse(body) as { errors?: { origin_id?: string }[] };
  return Array.isArray(errors) ? errors.flatMap(({ origin_id: originId }) => originId ?? []) : [];
}
