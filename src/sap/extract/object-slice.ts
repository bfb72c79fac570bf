/** Object slices: lists of keys, checked when they return from the hub, and the digest of what they came to. */
import { z } from "zod";
import { type Canonical, Fault, fingerprint, type SourceRecord, sourceHash } from "../../core/index.ts";
import type { RowKey } from "../rfc/index.ts";
import type { ObjectsRead } from "./flow-extract.ts";

const digestVersion = 1;
const keysMax = 5_000;
const objectSlice = z.strictObject({ keys: z.array(z.record(z.string(), z.string())).max(keysMax) });

export function parseKeys(value: unknown, table: string, fields: readonly string[]): readonly RowKey[] {
  const parsed = objectSlice.safeParse(value);
  const isWhole = parsed.success && parsed.data.keys.every((key) => fields.every((field) => key[field] !== undefined));
  if (parsed.success && isWhole) return parsed.data.keys;
  throw new Fault("sap.protocol", { place: `object slice of ${table}`, detail: `it names no ${fields.join(", ")}` });
}

/** Version, count and a hash over the records' own hashes in key order: equal only where every record is. */
export function withDigest<R extends { readonly key: string } = SourceRecord>(
  records: readonly R[],
  digestBefore: string | undefined,
): ObjectsRead<R> {
  const sorted = [...records].sort((left, right) => (left.key < right.key ? -1 : 1));
  const hashes = sorted.map((record) => `${record.key} ${sourceHash(record as unknown as Canonical)}`);
  const digest = `${digestVersion}:${records.length}:${fingerprint(hashes, digestVersion)}`;
  const same = digest === digestBefore;
  return { same, digest, records: same ? [] : sorted };
}
