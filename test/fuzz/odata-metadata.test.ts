// Issue 6, "Must hold": `$metadata` gives the very sets, keys and properties that were written, and of a damaged one what another parser finds in it, or it is
// refused. CASES sets how many are tried.
import { describe, expect, it } from "vitest";
import { readMetadata, type ServiceMetadata } from "../../src/sap/odata/metadata.ts";
import { cases, type Dice, diceOf } from "./dice.ts";
import { expectSame, mutate, play } from "./play.ts";
import { elementsOf, isBeyond, localName, parseXml, type XmlElement } from "./xml-oracle.ts";

type Property = { name: string; type: string; attributes: Readonly<Record<string, string>> };
type Type = { name: string; base: string | undefined; keys: readonly string[]; properties: readonly Property[] };
type Service = {
  types: readonly Type[];
  sets: readonly { name: string; type: string; attributes: Readonly<Record<string, string>> }[];
};

const edmTypes = ["Edm.String", "Edm.Decimal", "Edm.DateTime", "Edm.Int64", "Edm.Boolean"];
const labels = ["Vendor", "Müller & <Co>", 'a "b"', "語😀", "x'y", ""];

function propertyFor(dice: Dice, name: string): Property {
  const said = (key: string, values: readonly string[]) => (dice.chance(0.4) ? { [key]: dice.pick(values) } : {});
  return {
    name,
    type: dice.pick(edmTypes),
    attributes: {
      ...said("MaxLength", ["10", "Max", "1333"]),
      ...said("Precision", ["13", "0"]),
      ...said("Scale", ["2", "3"]),
      ...said("sap:label", labels),
      ...said("sap:unit", ["Waers"]),
      ...said("sap:semantics", ["currency-code"]),
      ...said("sap:display-format", ["Date", "UpperCase"]),
      ...said("sap:filterable", ["true", "false"]),
      ...said("sap:sortable", ["true", "false"]),
    },
  };
}

function makeService(dice: Dice): Service {
  const types: Type[] = [];
  for (let at = 0; at < dice.between(1, 4); at += 1) {
    const base = types.length > 0 && dice.chance(0.3) ? dice.pick(types).name : undefined;
    const properties = Array.from({ length: dice.between(1, 5) }, (_, index) => propertyFor(dice, `P${at}_${index}`));
    types.push({
      name: `T${at}`,
      base,
      keys: base === undefined || dice.chance(0.2) ? [properties[0]?.name ?? ""] : [],
      properties,
    });
  }
  const flags = (dice0: Dice) =>
    Object.fromEntries(
      ["sap:pageable", "sap:addressable", "sap:requires-filter"].flatMap((name) =>
        dice0.chance(0.3) ? [[name, dice0.pick(["true", "false"])]] : [],
      ),
    );
  return { types, sets: types.map(({ name }) => ({ name: `${name}Set`, type: name, attributes: flags(dice) })) };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const sapSpace = "http://www.sap.com/Protocols/SAPData";

function edmx({ types, sets }: Service, dice: Dice): string {
  const gap = () => dice.pick(["", "", "\n  ", '<!-- <EntitySet Name="No" EntityType="Z.T0"/> -->', "<?x <Property/>?>"]);
  const sap = dice.pick(["sap", "sap", "s", "n0"]);
  const edm = dice.pick(["", "", "edm:"]);
  const owner = dice.pick(["Z", "ZMLC_SRV", "a.b.C"]);
  const alias = dice.chance(0.3) ? "SELF" : undefined;
  const within = () => (alias !== undefined && dice.chance(0.5) ? alias : owner);
  const marks = (given: Readonly<Record<string, string | undefined>>) =>
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ at: dice.fraction(), text: ` ${name.replace(/^sap:/, `${sap}:`)}="${escaped(value ?? "")}"` }))
      .sort((one, other) => one.at - other.at)
      .map(({ text }) => text)
      .join("");
  const property = ({ name, type, attributes }: Property) =>
    `<${edm}Property${marks({ Name: name, Type: type, ...attributes })}/>`;
  const type = ({ name, base, keys, properties }: Type) => {
    const key = keys.map((each) => `<${edm}PropertyRef${marks({ Name: each })}/>`).join(gap());
    const shown = keys.length === 0 ? "" : `<${edm}Key>${key}</${edm}Key>`;
    const parent = base === undefined ? undefined : `${within()}.${base}`;
    return `<${edm}EntityType${marks({ Name: name, BaseType: parent })}>${shown}${properties.map((each) => `${gap()}${property(each)}`).join("")}${dice.pick(["", `<${edm}NavigationProperty Name="ToX" Relationship="Z.R"/>`])}</${edm}EntityType>`;
  };
  const set = ({ name, type: of, attributes }: Service["sets"][number]) =>
    `<${edm}EntitySet${marks({ Name: name, EntityType: `${within()}.${of}`, ...attributes })}/>`;
  const complex = `<${edm}ComplexType Name="C"><${edm}Property Name="No" Type="Edm.String"/></${edm}ComplexType>`;
  const container = `<${edm}EntityContainer Name="X">${sets.map((each) => `${gap()}${set(each)}`).join("")}<${edm}FunctionImport Name="F"/></${edm}EntityContainer>`;
  const parts = [...types.map(type), container, ...(dice.chance(0.5) ? [complex] : [])];
  // A container may come before its types.
  const ordered = dice.chance(0.3) ? parts.toReversed() : parts;
  const space = `xmlns${edm === "" ? "" : ":edm"}="http://schemas.microsoft.com/ado/2008/09/edm"`;
  const sapAt = dice.chance(0.5);
  const declared = `xmlns:${sap}="${sapSpace}"`;
  return `${dice.pick(["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\n'])}<edmx:Edmx xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"${sapAt ? ` ${declared}` : ""} Version="1.0"><edmx:DataServices><${edm}Schema ${space}${sapAt ? "" : ` ${declared}`}${marks({ Namespace: owner, Alias: alias })}>${ordered.map((part) => `${gap()}${part}`).join("")}</${edm}Schema></edmx:DataServices></edmx:Edmx>`;
}

const numeral = (text: string | undefined) => (text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : null);

function propertyShape({ name, type, attributes }: Property): unknown[] {
  return [
    name,
    type,
    numeral(attributes.MaxLength),
    numeral(attributes.Precision),
    numeral(attributes.Scale),
    attributes["sap:label"] ?? "",
    attributes["sap:unit"] ?? null,
    attributes["sap:semantics"] ?? null,
    attributes["sap:display-format"] === "Date",
    attributes["sap:filterable"] !== "false",
    attributes["sap:sortable"] !== "false",
  ];
}

/** Undefined where it is in doubt what is said. */
function shapeOf({ types, sets }: Service): unknown[] | undefined {
  const byName = new Map(types.map((type) => [type.name, type]));
  if (byName.size < types.length || new Set(sets.map(({ name }) => name)).size < sets.length) return undefined;
  const shown: unknown[] = [];
  for (const { name, type, attributes } of sets) {
    const chain: Type[] = [];
    for (let at: string | undefined = type; at !== undefined; at = byName.get(at)?.base) {
      const found = byName.get(at);
      if (found === undefined || chain.includes(found)) return undefined;
      chain.unshift(found);
    }
    const properties = chain.flatMap((each) => each.properties);
    const names = properties.map((each) => each.name);
    const keys = chain.flatMap((each) => each.keys);
    if (new Set(names).size < names.length || keys.some((key) => !names.includes(key))) return undefined;
    if (properties.some((each) => each.name === "" || each.type === "")) return undefined;
    shown.push([
      name,
      keys,
      properties.map(propertyShape),
      attributes["sap:pageable"] !== "false",
      attributes["sap:requires-filter"] === "true",
      attributes["sap:addressable"] !== "false",
    ]);
  }
  return shown;
}

function seen({ sets }: ServiceMetadata): unknown[] {
  return [...sets.values()].map((set) => [
    set.name,
    set.keys,
    [...set.properties.values()].map((each) => [
      each.name,
      each.type,
      each.maxLength ?? null,
      each.precision ?? null,
      each.scale ?? null,
      each.label,
      each.unit ?? null,
      each.semantics ?? null,
      each.isDateOnly,
      each.isFilterable,
      each.isSortable,
    ]),
    set.isPageable,
    set.requiresFilter,
    set.isAddressable,
  ]);
}

/** The service that a tree of XML describes, names of types by their namespace's. */
function serviceOf(root: XmlElement): Service | undefined {
  const types: Type[] = [];
  const sets: Service["sets"][number][] = [];
  const aliases = new Map<string, string>();
  let isEdmx = false;
  const attributesOf = ({ attributes }: XmlElement, prefixes: ReadonlySet<string>) =>
    Object.fromEntries(
      [...attributes].map(([name, value]) => {
        const at = name.indexOf(":");
        return at > 0 && prefixes.has(name.slice(0, at))
          ? [`sap:${name.slice(at + 1)}`, value]
          : [name.startsWith("sap:") ? `x${name}` : name, value];
      }),
    );
  const walk = (element: XmlElement, before: ReadonlySet<string>, owner: string): void => {
    const prefixes = new Set(before);
    for (const [name, value] of element.attributes)
      if (name.startsWith("xmlns:")) prefixes[value === sapSpace ? "add" : "delete"](name.slice(6));
    const name = localName(element.name);
    const own = attributesOf(element, prefixes);
    isEdmx ||= name === "Edmx";
    const namespace = name === "Schema" ? (own.Namespace ?? "") : owner;
    if (name === "Schema" && own.Alias !== undefined) aliases.set(own.Alias, namespace);
    if (name === "EntitySet") sets.push({ name: own.Name ?? "", type: own.EntityType ?? "", attributes: own });
    if (name === "EntityType" || name === "ComplexType") {
      const children = elementsOf(element);
      const keys = children.filter((each) => localName(each.name) === "Key").flatMap(elementsOf);
      const inner = (each: XmlElement) => {
        const spaces = new Set(prefixes);
        for (const [key, value] of each.attributes)
          if (key.startsWith("xmlns:")) spaces[value === sapSpace ? "add" : "delete"](key.slice(6));
        return attributesOf(each, spaces);
      };
      types.push({
        name: `${namespace}.${own.Name ?? ""}`,
        base: own.BaseType,
        keys: keys.filter((each) => localName(each.name) === "PropertyRef").map((each) => each.attributes.get("Name") ?? ""),
        properties: children
          .filter((each) => localName(each.name) === "Property" && name === "EntityType")
          .map(inner)
          .map((attributes) => ({ name: attributes.Name ?? "", type: attributes.Type ?? "", attributes })),
      });
    }
    for (const child of elementsOf(element)) walk(child, prefixes, namespace);
  };
  walk(root, new Set(["sap"]), "");
  if (!isEdmx) return undefined;
  const whole = (name: string) => {
    const at = name.lastIndexOf(".");
    const owner = aliases.get(name.slice(0, at));
    return owner === undefined ? name : `${owner}.${name.slice(at + 1)}`;
  };
  return {
    types: types.map((type) => ({ ...type, base: type.base === undefined ? undefined : whole(type.base) })),
    sets: sets.map((set) => ({ ...set, type: whole(set.type) })),
  };
}

const hostile = [
  '<Property Name="P0_0" Type="Edm.String"/>',
  '<EntitySet Name="T0Set" EntityType="Z.T0"/>',
  '<EntityType Name="T0"/>',
  "<Key>",
  "</Key>",
  "<a>".repeat(60),
  "&lol;",
  "&#1;",
  "<!--",
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  "\u0001",
  ' sap:filterable="false"',
  ' BaseType="Z.T0"',
  ' BaseType="Z.None"',
  "x".repeat(3_000),
  "9".repeat(40),
  'xmlns:sap="urn:other"',
];

describe("$metadata", () => {
  it("gives the very sets that were written, whatever prefixes, order and gaps", async () => {
    await play(cases * 0.15, async (dice) => {
      const service = makeService(dice);
      const outcome = await readMetadata(edmx(service, dice));
      if (outcome.kind === "refused") throw new Error(outcome.detail);
      const given = shapeOf(service) ?? [];
      const byName = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
      expectSame(seen(outcome.metadata).toSorted(byName), given.toSorted(byName));
      return undefined;
    });
  });

  it("is refused cut at each character", async () => {
    const dice = diceOf(1);
    const text = edmx(makeService(dice), dice);
    for (let end = 0; end < text.length; end += 1) expect((await readMetadata(text.slice(0, end))).kind).toBe("refused");
  });

  it("that is damaged is what another parser finds in it, or refused", async () => {
    const ways = await play(cases * 0.25, async (dice) => {
      const bytes = mutate(Buffer.from(edmx(makeService(dice), dice), "utf8"), dice, hostile);
      const text = Buffer.from(bytes).toString("utf8");
      const outcome = await readMetadata(text);
      if (outcome.kind === "refused") {
        expect(outcome.detail.length).toBeGreaterThan(5);
        return "refused";
      }
      if (isBeyond(text)) return "no opinion";
      const root = parseXml(Buffer.from(text, "utf8"));
      const service = root && serviceOf(root);
      const given = service && shapeOf(service);
      if (given === undefined) throw new Error("it was accepted, and another parser is in doubt");
      expectSame(seen(outcome.metadata), given);
      return "accepted";
    });
    for (const way of ["refused", "accepted"]) expect([way, ways(way) > cases / 200]).toEqual([way, true]);
  });

  it.each([
    ["an endless attribute", `<edmx:Edmx a="${"x".repeat(3_000_000)}`],
    ["deep elements", `<edmx:Edmx>${"<a>".repeat(300_000)}`],
    ["entities that double", '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><Edmx>&c;</Edmx>'],
    [
      "types that are each other's base",
      '<Edmx><Schema Namespace="Z"><EntityType Name="A" BaseType="Z.B"/><EntityType Name="B" BaseType="Z.A"/><EntitySet Name="S" EntityType="Z.A"/></Schema></Edmx>',
    ],
    ["a page", "<!doctype html><html><body>Logon</body></html>"],
    ["another document", "<service/>"],
  ])("is refused in time with %s", async (_, text) => {
    const startedAt = performance.now();
    expect((await readMetadata(text)).kind).toBe("refused");
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
