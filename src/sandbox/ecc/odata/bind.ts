/**
 * A service's definition bound to the tables: entity sets whose properties can write the value of a row. Values are written once for each
 * distinct value of a column, not once a row. A definition that does not fit the dictionary is refused when the system starts.
 */
import type { Field } from "../dictionary/index.ts";
import type { Column } from "../store/column.ts";
import type { Table } from "../store/table.ts";
import { asKept, type Conversion, hasExit, isoCode, shiftedAmount, stripped } from "./convert.ts";
import { camelCased } from "./default-service.ts";
import {
  allSupported,
  type EdmType,
  type EntitySetDefinition,
  type PropertyDefinition,
  type ServiceDefinition,
  type Supports,
} from "./definition.ts";
import { edmOf, ValueUnsayable, type Written, write } from "./edm.ts";
import type { ODataSwitches } from "./switches.ts";

type Tables = ReadonlyMap<string, Table>;

export type Property = {
  name: string;
  field: Field;
  column: Column;
  edm: EdmType;
  isKey: boolean;
  conversion: Conversion;
  /** The property that holds the currency or unit. */
  unit: string | undefined;
  written(row: number): Written;
  /** As it leaves, in ABAP's form. */
  converted(row: number): string;
};

export type EntitySet = {
  name: string;
  type: string;
  table: Table;
  properties: readonly Property[];
  keys: readonly Property[];
  supports: Supports;
  /** Literals of the URL are taken for what leaves, not for what is kept. */
  isUrlConverted: boolean;
  property(name: string): Property | undefined;
};

export type Service = { definition: ServiceDefinition; entitySets: ReadonlyMap<string, EntitySet> };

export class ServiceRefused extends Error {
  override readonly name = "ServiceRefused";
}

type Forms = Pick<ServiceDefinition, "keys" | "amounts" | "codes">;

function conversionOf(tables: Tables, table: Table, field: Field, forms: Forms): Conversion {
  if (field.dataType === "CURR") return forms.amounts === "shifted" ? shiftedAmount(tables, table, field) : asKept;
  if (forms.keys === "stripped" && hasExit(field)) return { kind: "alone", convert: stripped };
  return (forms.codes === "iso" ? isoCode(tables, field) : undefined) ?? asKept;
}

function writer(property: Pick<Property, "edm" | "column" | "conversion">, isStrict: boolean): Property["written"] {
  const { edm, column, conversion } = property;
  const say = (text: string): Written => {
    try {
      return write(edm, text);
    } catch (error) {
      if (error instanceof ValueUnsayable && !isStrict) return { json: "null", atom: null };
      throw error;
    }
  };
  if (conversion.kind === "alone") {
    const made: Written[] = [];
    return (row) => {
      const code = column.codeAt(row);
      const known = made[code];
      if (known !== undefined) return known;
      const fresh = say(conversion.convert(column.values[code] ?? ""));
      made[code] = fresh;
      return fresh;
    };
  }
  const byDecimals = new Map<number, Written[]>();
  return (row) => {
    const decimals = conversion.decimals(row);
    const made = byDecimals.get(decimals) ?? [];
    byDecimals.set(decimals, made);
    const code = column.codeAt(row);
    made[code] ??= say(conversion.convert(column.values[code] ?? "", decimals));
    return made[code];
  };
}

function bindProperty(tables: Tables, table: Table, wanted: PropertyDefinition, forms: Forms, isStrict: boolean): Property {
  const column = table.column(wanted.field);
  if (column === undefined) throw new ServiceRefused(`table ${table.definition.name} has no field ${wanted.field}`);
  const { field } = column;
  const conversion = conversionOf(tables, table, field, {
    keys: wanted.keys ?? forms.keys,
    amounts: wanted.amounts ?? forms.amounts,
    codes: wanted.codes ?? forms.codes,
  });
  const bound = { field, column, edm: wanted.edm ?? edmOf(field), conversion };
  return {
    ...bound,
    name: wanted.name ?? camelCased(field.name),
    isKey: false,
    unit: undefined,
    written: writer(bound, isStrict),
    converted: (row) =>
      conversion.kind === "alone"
        ? conversion.convert(column.valueAt(row))
        : conversion.convert(column.valueAt(row), conversion.decimals(row)),
  };
}

function withUnits(properties: readonly Property[], table: string): Property[] {
  return properties.map((property) => {
    const { reference } = property.field;
    const holder = properties.find(({ field }) => reference?.table === table && field.name === reference.field);
    return holder === undefined ? property : { ...property, unit: holder.name };
  });
}

/** Drift of `$metadata`: a property that is new holds what the table's key says, so that it is not empty. */
function drifted(set: string, properties: readonly PropertyDefinition[], table: Table, switches: ODataSwitches) {
  let changed = [...properties];
  const nameOf = (property: PropertyDefinition) => property.name ?? camelCased(property.field);
  for (const { entitySet, property, change } of switches.odataDrift) {
    if (entitySet !== set) continue;
    if (change === "add") changed.push({ field: table.keyFields[0]?.name ?? "", name: property });
    else if (change === "remove") changed = changed.filter((each) => nameOf(each) !== property);
    else changed = changed.map((each) => (nameOf(each) === property ? { ...each, edm: change.retype } : each));
  }
  return changed;
}

function allFields(table: Table): PropertyDefinition[] {
  const { fields, clientField } = table.definition;
  return fields.filter(({ name }) => name !== clientField).map(({ name }) => ({ field: name }));
}

function bindSet(tables: Tables, service: ServiceDefinition, wanted: EntitySetDefinition, switches: ODataSwitches): EntitySet {
  const table = tables.get(wanted.table);
  if (table === undefined) throw new ServiceRefused(`${wanted.name}: the dictionary has no table ${wanted.table}`);
  const gaps = { ...switches.odataGaps["*"], ...switches.odataGaps[wanted.name] };
  const supports = Object.assign({}, allSupported, service.supports, wanted.supports, gaps);
  const forms: Forms = {
    keys: wanted.keys ?? service.keys,
    amounts: wanted.amounts ?? service.amounts,
    codes: wanted.codes ?? service.codes,
  };
  const definitions = drifted(wanted.name, wanted.properties ?? allFields(table), table, switches);
  const isStrict = supports.invalidDates === "fail";
  const bound = definitions.map((each) => bindProperty(tables, table, each, forms, isStrict));
  const keyNames = new Set(wanted.key ?? table.keyFields.map(({ name }) => bound.find(({ field }) => field.name === name)?.name));
  const properties = withUnits(bound, wanted.table).map((each) => ({ ...each, isKey: keyNames.has(each.name) }));
  const byName = new Map(properties.map((property) => [property.name, property]));
  if (byName.size < properties.length) throw new ServiceRefused(`${wanted.name}: two properties have one name`);
  const keys = properties.filter(({ isKey }) => isKey);
  if (keys.length === 0) throw new ServiceRefused(`${wanted.name}: no property is a key`);
  return {
    name: wanted.name,
    type: wanted.type ?? wanted.name.replace(/Set$/, ""),
    table,
    properties,
    keys,
    supports,
    isUrlConverted: service.url === "converted",
    property: (name) => byName.get(name),
  };
}

export function bindService(tables: Tables, definition: ServiceDefinition, switches: ODataSwitches): Service {
  const sets = definition.entitySets.map((wanted) => bindSet(tables, definition, wanted, switches));
  return { definition, entitySets: new Map(sets.map((set) => [set.name, set])) };
}
