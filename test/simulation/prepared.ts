// The same few statements are sent hundreds of thousands of times: named, PostgreSQL plans each once a connection. For the simulation only; it
// halves what a seed costs the server. What they do stays the same.
import { Client } from "pg";

export function prepareStatements(): void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    return name;
  };
  const query = Client.prototype.query as (this: Client, ...rest: unknown[]) => unknown;
  const named = function (this: Client, text: unknown, values: unknown, ...rest: unknown[]): unknown {
    if (typeof text !== "string" || !Array.isArray(values)) return query.call(this, text, values, ...rest);
    return query.call(this, { name: nameOf(text), text, values }, ...rest);
  };
  Object.assign(Client.prototype, { query: named });
}
