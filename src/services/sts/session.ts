import type { Principal } from "../../iam/principal.ts"
import { table } from "../../kernel/table.ts"

/** Temporary credentials that this cloud has given out. */
export interface Session {
  /** `ASIA…`. */
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken: string
  readonly issuedAt: number
  /** Cloud time, epoch milliseconds. */
  readonly expiresAt: number
  readonly principal: Principal
}

export const sessions = table<Session>("sts/session", {
  key: (session) => [session.accessKeyId],
  cached: true,
})
