/** That a certificate was made, of what and by whom: the file itself goes where it was asked for. */
import { appendAudit, type Store } from "../../store/index.ts";

export type CertificateNote = {
  tenant: string;
  connection: string;
  /** `2026.009`. */
  period: string;
  actor: string;
  atMs: number;
  sha256: string;
  key: string;
  isTied: boolean;
};

export async function noteCertificate(store: Store, note: CertificateNote): Promise<void> {
  const { tenant, actor, atMs, period: subject, ...detail } = note;
  await store.transact({ tenant }, (tx) => appendAudit(tx, { tenant, atMs, actor, action: "period.certified", subject, detail }));
}
