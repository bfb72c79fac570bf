/**
 * An IDoc as the receiver sees it: its control record (EDI_DC40) and a tree of segments, fields as text with trailing blanks removed. A package is what
 * came in one POST or one file; one IDoc of it that says too little to be placed is parked, and the others go on (sap-data 6.5).
 */
export type Segment = {
  /** Of its type, such as E1LFA1M; names of a customer's namespace with slashes. */
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly children: readonly Segment[];
};

export type IDoc = {
  /** Fields of EDI_DC40 by name; absent where empty. */
  readonly control: Readonly<Record<string, string>>;
  readonly segments: readonly Segment[];
  /** SHA-256 over control record and segments, whatever the form in which they came: what tells a resent IDoc from another under its number. */
  readonly hash: string;
  /** Why it does not say one thing only. */
  readonly doubt?: string;
};

export type PackageOutcome =
  | { readonly kind: "package"; readonly idocs: readonly IDoc[] }
  /** Not to be read as IDocs at all: the sender keeps them. */
  | { readonly kind: "refused"; readonly detail: string };

/** First segments of that name, at any depth. */
export function findSegments(segments: readonly Segment[], name: string): readonly Segment[] {
  return segments.flatMap((segment) => [...(segment.name === name ? [segment] : []), ...findSegments(segment.children, name)]);
}
