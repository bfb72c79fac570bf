/** Atom, the form that Gateway answers in when nobody asks for JSON: feeds, entries, the service document (sap-data 5.2). */
import type { Service } from "./bind.ts";
import { entityPath } from "./links.ts";
import { type Feed, keyParts, typeName } from "./write-json.ts";

const atomNamespace = "http://www.w3.org/2005/Atom";
const metadataNamespace = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata";
const dataNamespace = "http://schemas.microsoft.com/ado/2007/08/dataservices";
const tombstoneNamespace = "http://purl.org/atompub/tombstones/1.0";
const namespaces = `xmlns="${atomNamespace}" xmlns:m="${metadataNamespace}" xmlns:d="${dataNamespace}"`;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Characters that XML 1.0 cannot carry become `#`, as SAP's print of them. */
export function xmlText(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => entities[char] ?? char)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "#");
}

const stampOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function propertiesText(feed: Feed, row: number): string {
  return feed.select
    .map(({ name, written }) => {
      const { atom } = written(row);
      if (atom === null) return `<d:${name} m:null="true"/>`;
      return atom === "" ? `<d:${name}/>` : `<d:${name}>${xmlText(atom)}</d:${name}>`;
    })
    .join("");
}

function entryText(feed: Feed, row: number, attributes: string): string {
  const path = xmlText(entityPath(feed.set, row));
  return (
    `<entry${attributes}><id>${xmlText(feed.root)}/${path}</id><title type="text">${path}</title><updated>${stampOf(feed.nowMs)}</updated>` +
    `<category term="${typeName(feed)}" scheme="${dataNamespace}/scheme"/><link href="${path}" rel="self" title="${feed.set.type}"/>` +
    `<content type="application/xml"><m:properties>${propertiesText(feed, row)}</m:properties></content></entry>`
  );
}

function deletedText(feed: Feed, key: string): string {
  const parts = keyParts(feed.set, key).map((value, index) => {
    const name = feed.set.keys[index]?.name ?? "";
    const literal = `'${encodeURIComponent(value.replaceAll("'", "''"))}'`;
    return feed.set.keys.length === 1 ? literal : `${name}=${literal}`;
  });
  const ref = xmlText(`${feed.root}/${feed.set.name}(${parts.join(",")})`);
  return `<at:deleted-entry xmlns:at="${tombstoneNamespace}" ref="${ref}" when="${stampOf(feed.nowMs)}"/>`;
}

const declaration = '<?xml version="1.0" encoding="utf-8"?>';

export function feedAtom(feed: Feed): string {
  const { set } = feed;
  const link = (rel: string, path: string | undefined) =>
    path === undefined ? "" : `<link href="${xmlText(path)}" rel="${rel}"/>`;
  return (
    `${declaration}<feed ${namespaces} xml:base="${xmlText(feed.root)}/"><id>${xmlText(feed.root)}/${set.name}</id>` +
    `<title type="text">${set.name}</title><updated>${stampOf(feed.nowMs)}</updated><author><name/></author>` +
    `<link href="${set.name}" rel="self" title="${set.name}"/>${feed.count === undefined ? "" : `<m:count>${feed.count}</m:count>`}` +
    feed.rows.map((row) => entryText(feed, row, "")).join("") +
    feed.deleted.map((key) => deletedText(feed, key)).join("") +
    `${link("next", feed.nextPath)}${link("delta", feed.deltaPath)}</feed>`
  );
}

export function entityAtom(feed: Feed): string {
  return declaration + entryText(feed, feed.rows[0] ?? 0, ` ${namespaces} xml:base="${xmlText(feed.root)}/"`);
}

export function serviceDocumentAtom(service: Service, root: string): string {
  const sets = [...service.entitySets.keys()]
    .map((name) => `<app:collection href="${name}"><atom:title type="text">${name}</atom:title></app:collection>`)
    .join("");
  return (
    `${declaration}<app:service xml:lang="en" xml:base="${xmlText(root)}/" xmlns:app="http://www.w3.org/2007/app" ` +
    `xmlns:atom="${atomNamespace}"><app:workspace><atom:title type="text">Data</atom:title>${sets}</app:workspace></app:service>`
  );
}
