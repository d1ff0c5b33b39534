import { wrongState } from "../errors.ts"
import { authorityArn, type Authority, type AuthorityStatus } from "./authority.ts"

/** Throws InvalidStateException. `what` ends AWS's sentence: `to be updated`. */
export function assertStatus(
  authority: Authority,
  states: readonly AuthorityStatus[],
  what: string,
): void {
  if (!states.includes(authority.status)) throw wrongState(authorityArn(authority), what)
}

/** The words are not verified. */
export function assertNotDeleted(authority: Authority): void {
  if (authority.status === "DELETED")
    throw wrongState(authorityArn(authority), "to perform this operation")
}
