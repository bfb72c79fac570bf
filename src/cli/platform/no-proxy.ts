/**
 * Which hosts a proxy is not asked for, in the manner of NO_PROXY: `*` for all, a name for itself and all below it (`example.com` and
 * `.example.com` alike), an address for itself, and `host:port` for one port only. Case does not matter. No wildcards inside, no networks.
 */
export function isPassedBy(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.some((entry) => {
    const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    const bare = name.replace(/^\*?\./, "");
    return name === "*" || (bare !== "" && (host === bare || host.endsWith(`.${bare}`)));
  });
}
