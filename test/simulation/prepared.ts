// What the driver does with the same few statements, sent hundreds of thousands of times by one process to a server of its own. For the simulation
// only; what the statements do stays the same, and so does their order.
//
// Named, PostgreSQL plans each once a connection: half of what a seed costs the server. And the first statement of a transaction goes out together with
// its beginning and its tenant, which answer nothing that anybody reads: two of four ways to and fro less, and the ways are most of a seed's time.
import { Client } from "pg";

/** As `store/transact.ts` begins each transaction. */
const beginnings = ["start transaction ", "select set_config('ml.tenant', "];
/** Of the driver, and not of its types. */
type Piped = Client & { pipeline: boolean; connection: { stream: { cork(): void; uncork(): void } } };

const answered = { command: "", rowCount: 0, rows: [] };

export function prepareStatements(): void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
  const held = new WeakSet<Client>();
  const query = Client.prototype.query as (this: Client, ...rest: unknown[]) => Promise<unknown>;
  const named = function (this: Client, text: unknown, values: unknown, ...rest: unknown[]): unknown {
    if (typeof text !== "string" || !Array.isArray(values)) return query.call(this, text, values, ...rest);
    const piped = this as Piped;
    const isBeginning = beginnings.some((each) => text.startsWith(each));
    if (isBeginning && !held.has(this)) {
      piped.pipeline = true;
      held.add(this);
      piped.connection.stream.cork();
    }
    const sent = query.call(this, { name: nameOf(text), text, values }, ...rest);
    if (!isBeginning) {
      if (held.delete(this)) piped.connection.stream.uncork();
      return sent;
    }
    // Where it fails, the transaction's first statement fails for the same reason.
    sent.catch(() => undefined);
    return Promise.resolve(answered);
  };
  Object.assign(Client.prototype, { query: named });
}
