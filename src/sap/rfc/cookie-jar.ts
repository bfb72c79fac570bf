/**
 * The cookies of one pool slot. A request without its cookie opens a fresh security session, and about a hundred of them in half an
 * hour break the user's logons (sap-rfc 2.2.4 [L]): hence one jar per slot, always. It knows one origin only, and keeps names and
 * values as sent; a cookie that is oversized, expired or meant for HTTPS on a plain connection is left out.
 */
export type CookieJar = {
  take(setCookie: string | readonly string[] | undefined): void;
  /** The `Cookie` header, or undefined when there is none. */
  header(): string | undefined;
  hasSession(): boolean;
  clear(): void;
};

const cookiesMax = 20;
const cookieLengthMax = 4096;

export function createCookieJar(isSecure: boolean): CookieJar {
  const cookies = new Map<string, string>();
  const takeOne = (text: string) => {
    const [pair = "", ...attributes] = text.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at < 1 || pair.length > cookieLengthMax || !/^[!#-+\--:<-[\]-~]+$/.test(name) || /[^\x21-\x7e]/.test(value)) return;
    const said = attributes.map((attribute) => attribute.trim().toLowerCase());
    const isOver = said.some((attribute) => /^max-age=(?:0|-\d+)$/.test(attribute)) || /^(?:deleted|)$/.test(value);
    if (isOver) cookies.delete(name);
    else if (isSecure || !said.includes("secure")) if (cookies.has(name) || cookies.size < cookiesMax) cookies.set(name, value);
  };
  return {
    take(setCookie) {
      if (setCookie === undefined) return;
      for (const text of typeof setCookie === "string" ? [setCookie] : setCookie) takeOne(text);
    },
    header: () => (cookies.size === 0 ? undefined : [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")),
    hasSession: () => [...cookies.keys()].some((name) => /^SAP_SESSIONID_/i.test(name)),
    clear: () => cookies.clear(),
  };
}
