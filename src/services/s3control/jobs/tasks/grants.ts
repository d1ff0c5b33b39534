import type { BatchJob } from "../job.ts"

type Operations = BatchJob["given"]["Operation"]
export type Grants = NonNullable<NonNullable<Operations["S3PutObjectCopy"]>["AccessControlGrants"]>
type Grantee = Grants[number]["Grantee"]

/** As S3's own operations have it. */
export function granteeOf(given: Grantee): object {
  const { TypeIdentifier: type, Identifier: name } = given ?? {}
  if (type === "uri") return { Type: "Group", URI: name }
  if (type === "emailAddress") return { Type: "AmazonCustomerByEmail", EmailAddress: name }
  return { Type: "CanonicalUser", ID: name }
}

const HEADERS: Readonly<Record<string, string>> = {
  FULL_CONTROL: "GrantFullControl",
  READ: "GrantRead",
  READ_ACP: "GrantReadACP",
  WRITE_ACP: "GrantWriteACP",
}

/** As the headers of a copy have it. Of WRITE, which objects do not have, there are none. */
export function grantHeaders(grants: Grants): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { Grantee, Permission = "" } of grants) {
    const name = HEADERS[Permission]
    const { TypeIdentifier: type = "id", Identifier: who = "" } = Grantee ?? {}
    if (name === undefined) continue
    const one = `${type}="${who}"`
    headers[name] = headers[name] === undefined ? one : `${headers[name]}, ${one}`
  }
  return headers
}
