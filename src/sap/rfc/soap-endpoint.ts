/**
 * The addresses of one SAP system, checked before anything is sent: no secret in the address, no password over a readable wire, client
 * and language of the right shape. A wrong setting is an error that names it and says what to write.
 */
import { isLoopback } from "../../core/index.ts";

export type Endpoint = { callUrl: string; logoffUrl: string; isSecure: boolean; soapAction: string };

export class RfcSettingError extends Error {
  readonly setting: string;
  constructor(setting: string, message: string) {
    super(`SAP connection, ${setting}: ${message}`);
    this.setting = setting;
  }
}

type Settings = { url: string; client: string; language: string; user: string; pool: number; allowPlainHttp?: boolean };

const poolMax = 50;

export function checkEndpoint(settings: Settings): Endpoint {
  const { client, language, user, pool } = settings;
  const url = checkUrl(settings);
  if (!/^[0-9]{3}$/.test(client)) throw new RfcSettingError("client", `"${client}" is not three digits, such as "100" (quoted).`);
  if (!/^[A-Z]{1,2}$/i.test(language))
    throw new RfcSettingError("language", `"${language}" is not a language code such as "EN".`);
  // RFC 7617: the colon ends the user name.
  if (user === "" || user.includes(":")) throw new RfcSettingError("user", "it must be filled and must not contain a colon.");
  if (!Number.isInteger(pool) || pool < 1 || pool > poolMax)
    throw new RfcSettingError("pool", `${pool} is not a whole number from 1 to ${poolMax}.`);
  const query = `sap-client=${client}&sap-language=${language.toUpperCase()}`;
  return {
    callUrl: `${url.origin}${url.pathname}?${query}`,
    logoffUrl: `${url.origin}/sap/public/bc/icf/logoff?sap-client=${client}`,
    isSecure: url.protocol === "https:",
    soapAction: '"urn:sap-com:document:sap:rfc:functions"',
  };
}

function checkUrl({ url: text, allowPlainHttp }: Settings): URL {
  if (!URL.canParse(text)) throw new RfcSettingError("url", "it is not an address; write https://host:port/sap/bc/soap/rfc.");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || /sap-(?:user|password)/i.test(url.search))
    throw new RfcSettingError("url", "user and password do not belong in the address; give them as user and secret.");
  if (url.search !== "" || url.hash !== "") throw new RfcSettingError("url", "leave out everything from the question mark on.");
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new RfcSettingError("url", `"${url.protocol}" is not https; write https://host:port/sap/bc/soap/rfc.`);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && allowPlainHttp !== true)
    throw new RfcSettingError(
      "url",
      "plain http would send the password readable; use https, or allow it where the network is private.",
    );
  return url;
}
