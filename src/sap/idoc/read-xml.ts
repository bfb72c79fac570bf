/**
 * IDocs as XML over HTTP (sap-data 6.2): several in one body, segments nested in their parents, names of a namespace mangled (`_-ACME_-X`), with or without
 * SOAP around them, `SEGMENT="1"`, `SEGMENT=""` or no mark at all. Guarantees: a body that ends early, declares a document type or is no IDoc is refused
 * whole; what is a segment and what a field is told by what is in it, so that no list of segments is needed. An IDoc that says a thing twice, or text
 * where no field is, is in doubt.
 */
import { type ControlCharacters, defaultXmlLimits, readXml } from "../rfc/index.ts";
import { hashIDoc } from "./hash-idoc.ts";
import type { IDoc, PackageOutcome, Segment } from "./idoc.ts";

const controlRecord = "EDI_DC40";
const limits = { ...defaultXmlLimits, depthMax: 40, bytesMax: 64 * 1024 * 1024 };

type Element = { name: string; text: string; isMarked: boolean; children: Element[] };

/** `/ACME/X` cannot be an element's name. */
const plainName = (name: string): string => name.replaceAll("_-", "/");
const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Marked, or with elements in it: an empty element without a mark is an empty field. */
const isSegment = ({ isMarked, children }: Element): boolean => isMarked || children.length > 0;

const fieldsOf = ({ children }: Element): [string, string][] =>
  children.flatMap((child) => (isSegment(child) ? [] : [[child.name, child.text.trimEnd()]]));

function segmentOf(element: Element): Segment {
  const { name, children } = element;
  return { name, fields: Object.fromEntries(fieldsOf(element)), children: children.filter(isSegment).map(segmentOf) };
}

/** What makes a segment mean more than one thing. */
function doubtOf(element: Element): string | undefined {
  const { name, text, children } = element;
  if (text.trim() !== "") return `text stands in ${name} beside its fields`;
  const fields = fieldsOf(element);
  if (new Set(fields.map(([field]) => field)).size < fields.length) return `a field stands twice in ${name}`;
  return children
    .filter(isSegment)
    .map(doubtOf)
    .find((doubt) => doubt !== undefined);
}

function idocOf(element: Element): IDoc {
  const marked = { ...element, children: element.children.map((child) => ({ ...child, isMarked: true })) };
  const segments = marked.children.map(segmentOf);
  const [control, ...more] = segments.filter(({ name }) => name === controlRecord);
  const content = {
    control: Object.fromEntries(Object.entries(control?.fields ?? {}).filter(([, value]) => value !== "")),
    segments: segments.filter(({ name }) => name !== controlRecord),
  };
  const doubt = more.length > 0 ? "it has two control records" : doubtOf(marked);
  return { ...content, hash: hashIDoc(content), ...(doubt === undefined ? {} : { doubt }) };
}

function createCollector(idocs: IDoc[]) {
  const path: Element[] = [];
  /** How deep the IDoc that is open began. */
  let within: number | undefined;
  return {
    open(tag: string, attributes: Readonly<Record<string, string>>) {
      const name = plainName(local(tag));
      const element: Element = { name, text: "", isMarked: Object.hasOwn(attributes, "SEGMENT"), children: [] };
      if (within !== undefined) path.at(-1)?.children.push(element);
      else if (name === "IDOC") within = path.length;
      path.push(element);
    },
    text(part: string) {
      const at = path.at(-1);
      if (at && within !== undefined) at.text += part;
    },
    close() {
      const element = path.pop();
      if (within === undefined || element === undefined || path.length > within) return;
      idocs.push(idocOf(element));
      within = undefined;
    },
  };
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

/** `charset` of the content type; without it what Unicode systems send. */
export async function readXmlPackage(
  body: Uint8Array,
  { charset = "utf-8", controlCharacters = "replace" }: { charset?: string; controlCharacters?: ControlCharacters } = {},
): Promise<PackageOutcome> {
  const idocs: IDoc[] = [];
  const problem = await readXml(once(body), { limits, charset, controlCharacters }, createCollector(idocs));
  if (problem !== undefined) return { kind: "refused", detail: `${problem.reason}: ${problem.detail}` };
  return idocs.length === 0 ? { kind: "refused", detail: "there is no IDOC in it" } : { kind: "package", idocs };
}
