/** Who sits at the terminal, for the audit trail. A container may have no name for its user. */
import { userInfo } from "node:os";

export function actor(): string {
  try {
    return `user:${userInfo().username}`;
  } catch {
    return `user:${process.getuid?.() ?? "unknown"}`;
  }
}
