import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import type { Version } from "../../objects/version.ts"
import { assertAcl, isEnforced } from "./operations.ts"
import { aclOfHeaders, type AclInput } from "./parse.ts"

/**
 * Who owns a new object, and its ACL ("Controlling ownership of objects"). Throws as a PUT with a
 * wrong ACL does.
 */
export function objectOwnership(
  tx: ReadTx,
  bucket: Bucket,
  { input, call }: { readonly input: AclInput; readonly call: Pick<Call, "principal"> },
): Pick<Version, "owner" | "acl"> {
  const writer = writerOf(call, bucket)
  const owners = { owner: writer, bucketOwner: bucket.account }
  const acl = aclOfHeaders(input, owners)
  if (acl) assertAcl(tx, bucket, { acl, input })
  if (isEnforced(bucket)) return {}
  const given =
    bucket.config.ownership === "BucketOwnerPreferred" && input.ACL === "bucket-owner-full-control"
  const owner = given ? bucket.account : writer
  if (given) return {}
  return { ...(owner !== bucket.account && { owner }), ...(acl && { acl }) }
}

/** What nobody signed is owned by nobody in particular (recorded), and what services write by the bucket's owner. */
const writerOf = ({ principal }: Pick<Call, "principal">, bucket: Bucket): string =>
  principal.type === "service" ? bucket.account : principal.account
