// A WSDL of RFC_READ_TABLE in the shape of sap-rfc 2.2.1, as far as npm `soap` needs it to read the answers.
const element = (name: string, content: string) =>
  `<xsd:element name="${name}"><xsd:complexType><xsd:all>${content}</xsd:all></xsd:complexType></xsd:element>`;
const text = (name: string) => `<xsd:element name="${name}" type="xsd:string" minOccurs="0"/>`;
const table = (name: string, row: string) =>
  `<xsd:element name="${name}" minOccurs="0"><xsd:complexType><xsd:sequence><xsd:element name="item" type="s0:${row}" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType></xsd:element>`;
const row = (name: string, fields: readonly string[]) =>
  `<xsd:complexType name="${name}"><xsd:sequence>${fields.map(text).join("")}</xsd:sequence></xsd:complexType>`;

const tables = table("DATA", "TAB512") + table("FIELDS", "RFC_DB_FLD") + table("OPTIONS", "RFC_DB_OPT");
const scalars = ["QUERY_TABLE", "DELIMITER", "NO_DATA", "ROWSKIPS", "ROWCOUNT"].map(text).join("");

export function renderWsdl(address: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:s0="urn:sap-com:document:sap:rfc:functions" targetNamespace="urn:sap-com:document:sap:rfc:functions">
<wsdl:types><xsd:schema targetNamespace="urn:sap-com:document:sap:rfc:functions">${row("TAB512", ["WA"])}${row("RFC_DB_OPT", ["TEXT"])}${row("RFC_DB_FLD", ["FIELDNAME", "OFFSET", "LENGTH", "TYPE", "FIELDTEXT"])}${element("RFC_READ_TABLE", scalars + tables)}${element("RFC_READ_TABLE.Response", tables)}</xsd:schema></wsdl:types>
<wsdl:message name="In"><wsdl:part name="parameters" element="s0:RFC_READ_TABLE"/></wsdl:message>
<wsdl:message name="Out"><wsdl:part name="parameters" element="s0:RFC_READ_TABLE.Response"/></wsdl:message>
<wsdl:portType name="Port"><wsdl:operation name="RFC_READ_TABLE"><wsdl:input message="s0:In"/><wsdl:output message="s0:Out"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="Binding" type="s0:Port"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="RFC_READ_TABLE"><soap:operation soapAction="http://www.sap.com/RFC_READ_TABLE"/><wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
<wsdl:service name="Service"><wsdl:port name="Port" binding="s0:Binding"><soap:address location="${address}"/></wsdl:port></wsdl:service></wsdl:definitions>`;
}
