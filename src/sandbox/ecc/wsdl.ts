/**
 * The WSDL of one or several function modules, in the shape of sap-rfc 2.2.1: document/literal, element `FM` with xsd:all, element
 * `FM.Response`, messages `FMInput` and `FMOutput`, tables as complex types of `item`. Made from the interfaces, so the two cannot differ.
 */
import { fieldsOf } from "./dictionary/index.ts";
import type { FunctionModule, Parameter } from "./functions/interface.ts";
import { functionsNamespace } from "./soap/request.ts";
import { escapeText } from "./soap/write.ts";

type Shape = { intType: string; length: number; decimals?: number };

function scalarXsd(type: Shape): string {
  if (type.intType === "I") return '<xsd:simpleType><xsd:restriction base="xsd:int"/></xsd:simpleType>';
  if (type.intType === "P")
    return `<xsd:simpleType><xsd:restriction base="xsd:decimal"><xsd:totalDigits value="${type.length}"/><xsd:fractionDigits value="${type.decimals ?? 0}"/></xsd:restriction></xsd:simpleType>`;
  // sap-rfc 2.2.2: a day is ten characters on the wire, a time eight.
  if (type.intType === "D" || type.intType === "T")
    return `<xsd:simpleType><xsd:restriction base="xsd:string"><xsd:maxLength value="${type.intType === "D" ? 10 : 8}"/></xsd:restriction></xsd:simpleType>`;
  const pattern = type.intType === "N" ? '<xsd:pattern value="\\d*"/>' : "";
  return `<xsd:simpleType><xsd:restriction base="xsd:string"><xsd:maxLength value="${type.length}"/>${pattern}</xsd:restriction></xsd:simpleType>`;
}

function structureXsd(name: string): string {
  const fields = (fieldsOf(name) ?? []).map(
    (field) => `<xsd:element name="${field.name}" minOccurs="0">${scalarXsd(field)}</xsd:element>`,
  );
  return `<xsd:complexType name="${name}"><xsd:sequence>${fields.join("")}</xsd:sequence></xsd:complexType>`;
}

function parameterXsd(parameter: Parameter, isOptional: boolean): string {
  const occurs = isOptional ? ' minOccurs="0"' : "";
  const { type } = parameter;
  if (type.kind === "scalar") return `<xsd:element name="${parameter.name}"${occurs}>${scalarXsd(type)}</xsd:element>`;
  if (type.kind === "structure" && parameter.direction !== "table")
    return `<xsd:element name="${parameter.name}" type="s0:${type.structure}"${occurs}/>`;
  const item = `<xsd:element name="item" type="s0:${type.structure}" minOccurs="0" maxOccurs="unbounded"/>`;
  return `<xsd:element name="${parameter.name}"${occurs}><xsd:complexType><xsd:sequence>${item}</xsd:sequence></xsd:complexType></xsd:element>`;
}

function elementsXsd(module: FunctionModule): string {
  const requested = module.parameters.filter((parameter) => parameter.direction !== "export");
  const returned = module.parameters.filter((parameter) => parameter.direction !== "import");
  const all = (name: string, content: string) =>
    `<xsd:element name="${name}"><xsd:complexType><xsd:all>${content}</xsd:all></xsd:complexType></xsd:element>`;
  return (
    all(
      module.name,
      requested
        .map((parameter) => parameterXsd(parameter, parameter.direction === "table" || parameter.default !== undefined))
        .join(""),
    ) +
    all(`${module.name}.Response`, returned.map((parameter) => parameterXsd(parameter, parameter.direction === "table")).join(""))
  );
}

function structuresOf(modules: readonly FunctionModule[]): string[] {
  const names = modules.flatMap((module) =>
    module.parameters.flatMap((parameter) => (parameter.type.kind === "scalar" ? [] : [parameter.type.structure])),
  );
  return [...new Set(names)];
}

function messages(name: string): string {
  return (
    `<wsdl:message name="${name}Input"><wsdl:part name="parameters" element="s0:${name}"/></wsdl:message>` +
    `<wsdl:message name="${name}Output"><wsdl:part name="parameters" element="s0:${name}.Response"/></wsdl:message>`
  );
}

function ports(module: FunctionModule): { portType: string; binding: string } {
  const { name } = module;
  return {
    portType: `<wsdl:operation name="${name}"><wsdl:input message="s0:${name}Input"/><wsdl:output message="s0:${name}Output"/></wsdl:operation>`,
    binding:
      `<wsdl:operation name="${name}"><soap:operation soapAction="http://www.sap.com/${name}"/>` +
      '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>',
  };
}

export function wsdlText(modules: readonly FunctionModule[], address: string): string {
  const [first] = modules;
  const service = first?.name ?? "RFC";
  const operations = modules.map(ports);
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<wsdl:definitions targetNamespace="${functionsNamespace}" xmlns:s0="${functionsNamespace}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"` +
    ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">' +
    `<wsdl:types><xsd:schema targetNamespace="${functionsNamespace}">${structuresOf(modules).map(structureXsd).join("")}${modules.map(elementsXsd).join("")}</xsd:schema></wsdl:types>` +
    modules.map((module) => messages(module.name)).join("") +
    `<wsdl:portType name="${service}PortType">${operations.map((operation) => operation.portType).join("")}</wsdl:portType>` +
    `<wsdl:binding name="${service}Binding" type="s0:${service}PortType"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>${operations.map((operation) => operation.binding).join("")}</wsdl:binding>` +
    `<wsdl:service name="${service}Service"><wsdl:port name="${service}PortType" binding="s0:${service}Binding"><soap:address location="${escapeText(address)}"/></wsdl:port></wsdl:service>` +
    "</wsdl:definitions>"
  );
}
