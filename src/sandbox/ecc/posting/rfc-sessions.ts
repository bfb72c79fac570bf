/**
 * What sessions of native RFC have posted and not committed (sap-rfc 3.4). A session that ends takes it along; one that nobody hears of any more is
 * forgotten when too many others have come since.
 */
import type { Posting } from "./journal.ts";

const sessionsMax = 500;

export class RfcSessions {
  private readonly waiting = new Map<string, Posting[]>();

  /** Without a session it is gone with the call. */
  keep(session: string | undefined, posting: Posting): void {
    if (session === undefined) return;
    this.waiting.set(session, [...(this.waiting.get(session) ?? []), posting]);
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > sessionsMax && oldest !== undefined) this.waiting.delete(oldest);
  }

  take(session: string | undefined): readonly Posting[] {
    if (session === undefined) return [];
    const postings = this.waiting.get(session) ?? [];
    this.waiting.delete(session);
    return postings;
  }
}
