/** Telephone, e-mail and address as they compare. What is too short or too common to tell anything is left out. */
import { foldJoined, foldWords } from "./fold.ts";

/** The last nine digits: country codes, trunk zeros and long-distance ones are written or not. */
export function phoneKey(text: string): string | undefined {
  const digits = text.replace(/\D/g, "").replace(/^0+/, "");
  return digits.length < 7 || /^(\d)\1+$/.test(digits) ? undefined : digits.slice(-9);
}

/** Providers whose addresses say nothing of the firm behind them. */
const publicMail = new Set(
  (
    "gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com icloud.com me.com mac.com aol.com comcast.net att.net " +
    "sbcglobal.net verizon.net cox.net bellsouth.net charter.net earthlink.net protonmail.com proton.me gmx.de gmx.net gmx.com web.de t-online.de " +
    "freenet.de bigpond.com optusnet.com.au btinternet.com orange.fr wanadoo.fr free.fr libero.it"
  ).split(" "),
);

export function emailKey(text: string): { email: string; domain: string | undefined } | undefined {
  const email = text.trim().toLowerCase();
  const match = /^[^\s@]+@([a-z0-9.-]+\.[a-z]{2,})$/.exec(email);
  if (!match) return undefined;
  const domain = match[1] ?? "";
  return { email, domain: publicMail.has(domain) ? undefined : domain };
}

const streetWords: Readonly<Record<string, string>> = {
  street: "st",
  road: "rd",
  avenue: "ave",
  av: "ave",
  boulevard: "blvd",
  drive: "dr",
  lane: "ln",
  court: "ct",
  highway: "hwy",
  parkway: "pkwy",
  suite: "ste",
  north: "n",
  south: "s",
  east: "e",
  west: "w",
};

/** A street without a number names no house. */
export function streetKey(text: string): string | undefined {
  const words = foldWords(text).plain.map((word) => streetWords[word] ?? word.replace(/stra(?:ss|s)e$/, "str"));
  return /\d/.test(text) && words.length > 0 ? words.join("") : undefined;
}

/** US ZIP+4 counts by its first five. */
export function zipKey(text: string): string | undefined {
  const zip = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (zip === "") return undefined;
  return /^\d{9}$/.test(zip) ? zip.slice(0, 5) : zip;
}

export function cityKey(text: string): string | undefined {
  return foldJoined(text) || undefined;
}
