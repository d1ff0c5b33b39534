import type { Principal } from "../../iam/principal.ts"
import { chainedTooLong, longerThanRole } from "./errors.ts"
import { CHAINED_SECONDS, ROLE_SECONDS, ROOT_SECONDS, TOKEN_SECONDS } from "./limits.ts"
import type { AssumableRole } from "./role.ts"

/** Seconds of a role session. The model has checked 900 to 43,200. */
export function roleSeconds(
  asked: number | undefined,
  role: AssumableRole,
  chained: boolean,
): number {
  if (asked === undefined) return ROLE_SECONDS
  if (chained && asked > CHAINED_SECONDS) throw chainedTooLong()
  if (asked > role.maxDurationSeconds) throw longerThanRole()
  return asked
}

/** Seconds of a session of GetSessionToken or GetFederationToken: root gets no more than an hour. */
export function tokenSeconds(asked: number | undefined, principal: Principal): number {
  const seconds = asked ?? TOKEN_SECONDS
  return principal.type === "root" ? Math.min(seconds, ROOT_SECONDS) : seconds
}
