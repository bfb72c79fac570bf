/** `$metadata` as SEGW generates it (sap-data 5.4): types with keys and facets, `sap:` annotations that say what is possible, or that do not. */
import type { EntitySet, Property, Service } from "./bind.ts";
import type { Supports } from "./definition.ts";
import { facetsOf } from "./edm.ts";
import { xmlText } from "./write-atom.ts";

type Attributes = Readonly<Record<string, string | undefined>>;

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${xmlText(value)}"`]))
    .join("");
}

function semanticsOf({ field }: Property): string | undefined {
  if (field.dataType === "CUKY") return "currency-code";
  return field.dataType === "UNIT" ? "unit-of-measure" : undefined;
}

const no = (isPossible: boolean): string | undefined => (isPossible ? undefined : "false");

/** A flag that is absent means true. */
function abilities(property: Property, supports: Supports): Attributes {
  if (supports.annotations === "absent") return {};
  const writing = { "sap:creatable": "false", "sap:updatable": "false" };
  if (supports.annotations === "all-false") return { ...writing, "sap:sortable": "false", "sap:filterable": "false" };
  const isFilterable = supports.filter === "all" || (supports.filter === "listed" && supports.filterable.includes(property.name));
  return { ...writing, "sap:sortable": no(supports.orderby === "honoured"), "sap:filterable": no(isFilterable) };
}

function propertyText(property: Property, { supports }: EntitySet): string {
  const { edm, field, name, isKey, unit } = property;
  const isNullable = edm === "DateTime" || edm === "DateTimeOffset";
  return `<Property${attributesText({
    Name: name,
    Type: `Edm.${edm}`,
    Nullable: isKey || !isNullable ? "false" : undefined,
    ...facetsOf(edm, field),
    "sap:unicode": "false",
    "sap:unit": unit,
    "sap:label": field.text.slice(0, 60),
    ...abilities(property, supports),
    "sap:semantics": semanticsOf(property),
    "sap:display-format": edm === "DateTime" && field.dataType === "DATS" ? "Date" : undefined,
  })}/>`;
}

function typeText(set: EntitySet): string {
  const keys = set.keys.map(({ name }) => `<PropertyRef Name="${name}"/>`).join("");
  const properties = set.properties.map((property) => propertyText(property, set)).join("");
  return `<EntityType Name="${set.type}" sap:content-version="1"><Key>${keys}</Key>${properties}</EntityType>`;
}

function setText(set: EntitySet, namespace: string): string {
  const { supports } = set;
  const isTold = supports.annotations !== "absent";
  const isPageable = supports.annotations === "truth" && supports.top === "honoured" && supports.skip === "honoured";
  return `<EntitySet${attributesText({
    Name: set.name,
    EntityType: `${namespace}.${set.type}`,
    "sap:creatable": isTold ? "false" : undefined,
    "sap:updatable": isTold ? "false" : undefined,
    "sap:deletable": isTold ? "false" : undefined,
    "sap:pageable": isTold ? no(isPageable) : undefined,
    "sap:requires-filter": supports.requiresFilter ? "true" : undefined,
    "sap:content-version": "1",
  })}/>`;
}

export function metadataText(service: Service, root: string): string {
  const { name } = service.definition;
  const sets = [...service.entitySets.values()];
  const types = [...new Map(sets.map((set) => [set.type, set])).values()];
  const link = (rel: string) =>
    `<atom:link rel="${rel}" href="${xmlText(root)}/$metadata" xmlns:atom="http://www.w3.org/2005/Atom"/>`;
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" ' +
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData">' +
    `<edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="${name}" xml:lang="en" sap:schema-version="1" ` +
    `xmlns="http://schemas.microsoft.com/ado/2008/09/edm">${types.map(typeText).join("")}` +
    `<EntityContainer Name="${name}_Entities" m:IsDefaultEntityContainer="true" sap:supported-formats="atom json">` +
    `${sets.map((set) => setText(set, name)).join("")}</EntityContainer>${link("self")}${link("latest-version")}</Schema>` +
    "</edmx:DataServices></edmx:Edmx>"
  );
}
