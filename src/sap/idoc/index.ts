export type { IDoc, PackageOutcome, Segment } from "./idoc.ts";
export { type IDocNotice, noticeOf } from "./notice.ts";
export { readFlatFile, readFlatPackage } from "./read-flat.ts";
export { readXmlPackage } from "./read-xml.ts";
