/**
 * What a Gateway service says of itself (`$metadata`, sap-data 5.4): entity sets, their types, keys and properties, with SAP's annotations, absent
 * ones as true. Guarantees: anything that is no EDMX of OData v2 is refused; inherited properties and keys are the type's own; it resolves nothing by
 * guess, so a set whose type or base is not there is refused, and whatever is declared twice. What the service then does with a filter is another matter: that is probed.
 */
import { defaultXmlLimits, readXml, type XmlProblem } from "../rfc/index.ts";

export type EdmProperty = {
  readonly name: string;
  /** `Edm.String`, or a complex type by its qualified name. */
  readonly type: string;
  readonly maxLength: number | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  readonly label: string;
  /** The property that holds its currency or unit. */
  readonly unit: string | undefined;
  readonly semantics: string | undefined;
  readonly isDateOnly: boolean;
  readonly isFilterable: boolean;
  readonly isSortable: boolean;
};

export type EntitySet = {
  readonly name: string;
  readonly keys: readonly string[];
  readonly properties: ReadonlyMap<string, EdmProperty>;
  readonly isPageable: boolean;
  readonly requiresFilter: boolean;
  readonly isAddressable: boolean;
};

export type ServiceMetadata = { readonly sets: ReadonlyMap<string, EntitySet> };
export type MetadataOutcome =
  | { readonly kind: "metadata"; readonly metadata: ServiceMetadata }
  | { readonly kind: "refused"; readonly detail: string };

type TypeDraft = { base?: string | undefined; keys: string[]; properties: EdmProperty[] };
type SetDraft = { name: string; type: string; attributes: Attributes };
type Attributes = Readonly<Record<string, string>>;
type Draft = {
  isEdmx: boolean;
  types: Map<string, TypeDraft>;
  sets: SetDraft[];
  aliases: Map<string, string>;
  doubt: string | undefined;
};

/** The deepest metadata seen is nine elements deep; a million properties are no service. */
const limits = { ...defaultXmlLimits, depthMax: 20, bytesMax: 32 * 1024 * 1024 };
const basesMax = 20;

const local = (name: string): string => name.slice(name.indexOf(":") + 1);
const isSaid = (attributes: Attributes, name: string): boolean => attributes[`sap:${name}`] !== "false";

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function propertyOf(attributes: Attributes): EdmProperty {
  const { Name: name = "", Type: type = "", MaxLength: maxLength, Precision: precision, Scale: scale } = attributes;
  return {
    name,
    type,
    maxLength: numberOf(maxLength),
    precision: numberOf(precision),
    scale: numberOf(scale),
    label: attributes["sap:label"] ?? "",
    unit: attributes["sap:unit"],
    semantics: attributes["sap:semantics"],
    isDateOnly: attributes["sap:display-format"] === "Date",
    isFilterable: isSaid(attributes, "filterable"),
    isSortable: isSaid(attributes, "sortable"),
  };
}

const sapSpace = "http://www.sap.com/Protocols/SAPData";
/** Of SAP's annotations, as far as is declared; `sap` is taken for it where it is not. */
type Prefixes = readonly string[];
const usual: Prefixes = ["sap"];

function prefixesOf(attributes: Attributes, before: Prefixes): Prefixes {
  const declared = Object.entries(attributes).filter(([name]) => name.startsWith("xmlns:"));
  if (declared.length === 0) return before;
  const others = new Set(declared.map(([name]) => name.slice(6)));
  const own = declared.flatMap(([name, value]) => (value === sapSpace ? [name.slice(6)] : []));
  return [...before.filter((prefix) => !others.has(prefix)), ...own];
}

/** With annotations named `sap:`, whatever prefix the service gives them. */
function inOurNames(attributes: Attributes, prefixes: Prefixes): Attributes {
  if (prefixes.length === 1 && prefixes[0] === "sap") return attributes;
  const renamed = Object.entries(attributes).map(([name, value]): [string, string] => {
    const [prefix = "", ...rest] = name.split(":");
    if (prefixes.includes(prefix)) return [`sap:${rest.join(":")}`, value];
    return [prefix === "sap" ? `other:${name}` : name, value];
  });
  return Object.fromEntries(renamed);
}

/** Takes the elements as they come; `within` is the type that is open. */
function createCollector(draft: Draft) {
  const path: string[] = [];
  const prefixes: Prefixes[] = [usual];
  let namespace = "";
  let within: TypeDraft | undefined;
  const openType = ({ Name: name = "", BaseType: base }: Attributes) => {
    const qualified = `${namespace}.${name}`;
    if (draft.types.has(qualified)) draft.doubt ??= `the type ${qualified} is declared twice`;
    within = { base, keys: [], properties: [] };
    draft.types.set(qualified, within);
  };
  return {
    open(tag: string, given: Attributes) {
      const name = local(tag);
      path.push(name);
      prefixes.push(prefixesOf(given, prefixes.at(-1) ?? usual));
      const attributes = inOurNames(given, prefixes.at(-1) ?? usual);
      if (name === "Edmx") draft.isEdmx = true;
      if (name === "Schema") {
        namespace = attributes.Namespace ?? "";
        if (attributes.Alias !== undefined) draft.aliases.set(attributes.Alias, namespace);
      }
      if (name === "EntityType" || name === "ComplexType") openType(attributes);
      if (name === "PropertyRef" && path.at(-2) === "Key") within?.keys.push(attributes.Name ?? "");
      if (name === "Property" && path.at(-2) === "EntityType") within?.properties.push(propertyOf(attributes));
      if (name === "EntitySet") draft.sets.push({ name: attributes.Name ?? "", type: attributes.EntityType ?? "", attributes });
    },
    text() {},
    close() {
      const name = path.pop();
      prefixes.pop();
      if (name === "EntityType" || name === "ComplexType") within = undefined;
    },
  };
}

/** By its namespace or the schema's own short name for it. */
function typeNamed({ types, aliases }: Draft, name: string): TypeDraft | undefined {
  const at = name.lastIndexOf(".");
  const namespace = aliases.get(name.slice(0, at));
  return types.get(namespace === undefined ? name : `${namespace}${name.slice(at)}`);
}

function inherit(draft: Draft, name: string): TypeDraft | undefined {
  const chain: TypeDraft[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    const found = typeNamed(draft, at);
    if (found === undefined || chain.length > basesMax) return undefined;
    chain.unshift(found);
    at = found.base;
  }
  return { keys: chain.flatMap(({ keys }) => keys), properties: chain.flatMap(({ properties }) => properties) };
}

function setOf({ name, type, attributes }: SetDraft, draft: Draft): EntitySet | string {
  const found = inherit(draft, type);
  if (found === undefined) return `entity set ${name} has the type ${type}, which is not there, or whose base is not`;
  const properties = new Map(found.properties.map((property) => [property.name, property]));
  if (properties.size < found.properties.length) return `a property of entity set ${name} is declared twice`;
  if (found.properties.some((property) => property.name === "" || property.type === ""))
    return `a property of entity set ${name} has no name or no type`;
  const missing = found.keys.find((key) => !properties.has(key));
  if (missing !== undefined) return `the key ${missing} of entity set ${name} is no property of it`;
  return {
    name,
    keys: found.keys,
    properties,
    isPageable: isSaid(attributes, "pageable"),
    requiresFilter: attributes["sap:requires-filter"] === "true",
    isAddressable: isSaid(attributes, "addressable"),
  };
}

function refusedBy({ reason, detail }: XmlProblem): MetadataOutcome {
  return { kind: "refused", detail: `${reason}: ${detail}` };
}

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, "utf8");
}

export async function readMetadata(xml: string): Promise<MetadataOutcome> {
  const draft: Draft = { isEdmx: false, types: new Map(), sets: [], aliases: new Map(), doubt: undefined };
  const problem = await readXml(once(xml), { limits, charset: "utf-8", controlCharacters: "refuse" }, createCollector(draft));
  if (problem !== undefined) return refusedBy(problem);
  if (!draft.isEdmx) return { kind: "refused", detail: "it is no EDMX document" };
  if (draft.doubt !== undefined) return { kind: "refused", detail: draft.doubt };
  const sets = new Map<string, EntitySet>();
  for (const each of draft.sets) {
    const set = sets.has(each.name) ? `entity set ${each.name} is declared twice` : setOf(each, draft);
    if (typeof set === "string") return { kind: "refused", detail: set };
    sets.set(set.name, set);
  }
  return { kind: "metadata", metadata: { sets } };
}
