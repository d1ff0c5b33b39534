import type { ReadTx } from "../../../kernel/transaction.ts"
import { isEnforced } from "../access/acl/operations.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { lockOfWrite } from "../lock/object-lock.ts"
import type { Version } from "../objects/version.ts"
import type { Destination } from "./destination.ts"

interface Ground {
  readonly source: Bucket
  readonly destination: Bucket
  readonly rule: Destination
  readonly version: Version
  /** Whether the role may read tags. */
  readonly tagged: boolean
}

/** What of a replica follows its source as long as that changes: tags, owner and ACL, lock. */
export function followingFacts(
  tx: ReadTx,
  { source, destination, rule, version, tagged }: Ground,
): Pick<Version, "tags" | "owner" | "acl" | "lock"> {
  if (version.marker) return {}
  const own = ownerOf({ source, destination, rule, version })
  // Not verified: that the destination's default retention is for replicas without a lock.
  const lock = version.lock ?? lockOfWrite(destination, {}, tx.now)
  return {
    ...(tagged && version.tags && { tags: version.tags }),
    ...own,
    ...(lock && { lock }),
  }
}

/** What a version that is there already gets: it keeps its owner, and an ACL that another one wrote. */
export function changedFacts(
  { destination, version }: Pick<Ground, "destination" | "version">,
  there: Version,
  following: ReturnType<typeof followingFacts>,
): Pick<Version, "tags" | "acl" | "lock"> {
  const ownerAt = ({ owner }: Pick<Version, "owner">): string => owner ?? destination.account
  // Tags that the role may not read stay as they were.
  const unread = version.tags !== undefined && following.tags === undefined
  return {
    tags: unread ? there.tags : following.tags,
    acl: ownerAt(there) === ownerAt(following) ? following.acl : there.acl,
    lock: version.lock ?? there.lock,
  }
}

/** "Changing the replica owner": the source's owner, unless the rule or the bucket says otherwise. */
function ownerOf({
  source,
  destination,
  rule,
  version,
}: Omit<Ground, "tagged">): Pick<Version, "owner" | "acl"> {
  if (isEnforced(destination) || rule.AccessControlTranslation) return {}
  const enforced = isEnforced(source)
  const owner = (enforced ? undefined : version.owner) ?? source.account
  const acl = enforced ? undefined : version.acl
  return { ...(owner !== destination.account && { owner }), ...(acl && { acl }) }
}

/** What a replica has of its source from the first moment, and keeps. */
export const lastingFacts = (
  version: Version,
  rule: Destination,
): Pick<
  Version,
  "key" | "versionId" | "modifiedMs" | "sizeBytes" | "etag" | "marker" | "checksum" | "storageClass"
> &
  Pick<Version, "headers" | "metadata" | "websiteRedirect"> => {
  const { key, versionId, modifiedMs, sizeBytes, etag, marker, checksum } = version
  const { headers, metadata, websiteRedirect } = version
  const storageClass = rule.StorageClass ?? version.storageClass
  return {
    ...{ key, versionId, modifiedMs, sizeBytes, etag },
    ...(marker && { marker }),
    ...(checksum && { checksum }),
    ...(!marker && storageClass !== "STANDARD" && storageClass !== undefined && { storageClass }),
    ...(headers && { headers }),
    ...(metadata && { metadata }),
    ...(websiteRedirect !== undefined && { websiteRedirect }),
  }
}
