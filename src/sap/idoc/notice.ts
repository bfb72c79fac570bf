/**
 * What an IDoc tells: that an object was touched. The object itself is read again through the door of its kind, because an IDoc rarely carries all of it
 * (ORDERS05 has no account assignment, sap-data 6.4), may be late, and may not be the last word; so its order decides nothing, and its content is not
 * believed. An IDoc that names no object, or none of ours, is parked with the reason.
 */
import { findSegments, type IDoc, type Segment } from "./idoc.ts";

export type NoticeFlow = "vendors" | "purchase-orders" | "costs" | "reference";

export type IDocNotice = {
  /** SNDPRN, MANDT and DOCNUM: the transport key (6.5). */
  readonly sender: string;
  readonly client: string;
  readonly number: string;
  readonly hash: string;
  readonly message: string;
  readonly type: string;
  /** SERIAL, else CREDAT and CRETIM: when it was made, for people and for the order of an object's IDocs. */
  readonly serial: string;
  readonly touched: readonly { readonly flow: NoticeFlow; readonly key: string }[];
  /** Why nothing follows from it. */
  readonly parked?: string;
};

type Touched = IDocNotice["touched"][number];
type Reading = (segments: readonly Segment[]) => readonly (Touched | undefined)[];

const numeric = (value: string, length: number): string => (/^\d+$/.test(value) ? value.padStart(length, "0") : value);

const of = (name: string, read: (fields: Segment["fields"]) => Touched | undefined): Reading => {
  return (segments) => findSegments(segments, name).map(({ fields }) => read(fields));
};

function vendor({ LIFNR = "" }: Segment["fields"]): Touched | undefined {
  return LIFNR === "" ? undefined : { flow: "vendors", key: numeric(LIFNR, 10) };
}

function address({ OBJ_TYPE = "", OBJ_ID = "" }: Segment["fields"]): Touched | undefined {
  return OBJ_TYPE === "LFA1" && OBJ_ID !== "" ? { flow: "vendors", key: numeric(OBJ_ID, 10) } : undefined;
}

function order({ BELNR = "" }: Segment["fields"]): Touched | undefined {
  return BELNR === "" ? undefined : { flow: "purchase-orders", key: numeric(BELNR, 10) };
}

function document({ BUKRS = "", BELNR = "", GJAHR = "" }: Segment["fields"]): Touched | undefined {
  if (BUKRS === "" || BELNR === "" || !/^\d{4}$/.test(GJAHR)) return undefined;
  return { flow: "costs", key: `${BUKRS}.${numeric(BELNR, 10)}.${GJAHR}` };
}

function costCenter({ KOKRS = "", KOSTL = "" }: Segment["fields"]): Touched | undefined {
  return KOKRS === "" || KOSTL === "" ? undefined : { flow: "reference", key: `${KOKRS}/${numeric(KOSTL, 10)}` };
}

const readings: Readonly<Record<string, Reading>> = {
  CREMAS: of("E1LFA1M", vendor),
  ADRMAS: of("E1ADRMAS", address),
  ORDERS: of("E1EDK01", order),
  ORDCHG: of("E1EDK01", order),
  FIDCC1: of("E1FIKPF", document),
  FIDCC2: of("E1FIKPF", document),
  COSMAS: of("E1CSKSM", costCenter),
};

/** Half a character would be refused by the hub's store, and with it the package. */
const clip = (value: string, length: number): string => value.slice(0, length).toWellFormed();

function touchedBy({ control, segments, doubt }: IDoc): { touched: readonly Touched[]; parked?: string } {
  const { MESTYP: message = "", DOCNUM: number = "" } = control;
  if (number === "") return { touched: [], parked: "its control record has no DOCNUM" };
  if (doubt !== undefined) return { touched: [], parked: clip(doubt, 200) };
  const read = Object.hasOwn(readings, message) ? readings[message] : undefined;
  if (!read)
    return {
      touched: [],
      parked: `message type ${clip(message, 30) || "(none)"} is none of ${Object.keys(readings).join(", ")}`,
    };
  if (control.DIRECT !== undefined && control.DIRECT !== "1") return { touched: [], parked: "it is not an outbound IDoc" };
  const found = read(segments);
  const touched = found.filter((each) => each !== undefined);
  if (touched.length > 0 && touched.length === found.length) return { touched };
  return { touched: [], parked: "it names no object, or one of its segments does not" };
}

/** What no control record of SAP's has is no IDoc of SAP's. */
const lengths = { sender: 70, client: 3, number: 16, message: 30, type: 30, serial: 20 } as const;
const touchedMax = 10_000;
const keyMax = 60;

function tooMuch(notice: Omit<IDocNotice, "parked">): string | undefined {
  const long = (Object.keys(lengths) as (keyof typeof lengths)[]).find((name) => notice[name].length > lengths[name]);
  if (long) return `its ${long} is longer than SAP's`;
  if (notice.touched.length > touchedMax) return `it names more than ${touchedMax} objects`;
  return notice.touched.some(({ key }) => key.length > keyMax)
    ? "it names an object by a key that is longer than SAP's"
    : undefined;
}

function clipped(notice: IDocNotice): IDocNotice {
  const names = Object.entries(lengths).map(([name, length]) => [name, clip(notice[name as keyof typeof lengths], length)]);
  return { ...notice, ...Object.fromEntries(names), touched: [] };
}

export function noticeOf(idoc: IDoc): IDocNotice {
  const { control, hash } = idoc;
  const { touched, parked } = touchedBy(idoc);
  const notice = {
    sender: control.SNDPRN ?? "",
    client: control.MANDT ?? "",
    number: control.DOCNUM === undefined ? "" : control.DOCNUM.padStart(16, "0"),
    hash,
    message: control.MESTYP ?? "",
    type: control.CIMTYP ?? control.IDOCTYP ?? "",
    serial: control.SERIAL ?? `${control.CREDAT ?? ""}${control.CRETIM ?? ""}`,
    touched: [...new Map(touched.map((each) => [`${each.flow} ${each.key}`, each])).values()],
  };
  const why = parked ?? tooMuch(notice);
  return why === undefined ? notice : clipped({ ...notice, parked: why });
}
