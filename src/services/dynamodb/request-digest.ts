import { hash } from "node:crypto"

/** What tells a request that comes again under its token from another one: base64. */
export function requestDigest(input: object): string {
  const members = Object.entries(input).map((member) => JSON.stringify(member))
  return hash("sha256", members.toSorted().join(), "base64")
}
