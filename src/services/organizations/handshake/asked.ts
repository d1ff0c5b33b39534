import type { In } from "../define.ts"
import { badPattern, invalidInput } from "../errors.ts"
import type { Handshake } from "./handshake.ts"

/** Who an invitation is for. Throws InvalidInputException. */
export function askedBy({
  Id: id,
  Type: type,
}: In<"InviteAccountToOrganization">["Target"]): NonNullable<Handshake["asked"]> {
  if (type === "ACCOUNT") {
    if (!/^\d{12}$/.test(id)) throw badPattern(undefined, "INVALID_PATTERN_TARGET_ID")
    return { type, id }
  }
  if (type !== "EMAIL")
    throw invalidInput("INVALID_PARTY_TYPE_TARGET", "You specified the wrong type of entity.")
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(id))
    throw invalidInput("INVALID_EMAIL_ADDRESS_TARGET", "You specified an invalid email address.")
  return { type, id }
}
