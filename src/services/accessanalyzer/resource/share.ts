import {
  externalAccess,
  type ExternalAccess,
  type Zone,
} from "../../../iam/analysis/external-access.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"
import { canonicalId } from "../../s3/port.ts"
import type { Source } from "./sources.ts"

/** By what a resource is open to others (API: FindingSource). */
export interface Via {
  readonly type: "POLICY" | "BUCKET_ACL" | "S3_ACCESS_POINT"
  readonly accessPointArn?: string | undefined
}

/** One of the ways into a resource, as a policy: ACLs and grants say nothing that a policy cannot. */
export interface Opening {
  readonly via: Via
  /** JSON text. */
  readonly policy: string
  /** Whom the resource's own policy must let in as well, where it must. */
  readonly behind?: string | undefined
}

export const BY_POLICY: Via = Object.freeze({ type: "POLICY" })

/** Access that somebody outside of the zone has, and by what. */
export interface Share extends ExternalAccess {
  readonly sources: readonly Via[]
}

/** What all openings together give; a principal on some conditions stands there once. */
export function shareOf(
  { kind }: Pick<Source, "kind">,
  openings: readonly Opening[],
  zone: Zone,
): readonly Share[] {
  const found = new Map<string, Share>()
  for (const opening of openings) {
    for (const access of openedBy(opening, kind, zone)) {
      const before = found.get(nameOf(access))
      const actions = [...new Set([...(before?.actions ?? []), ...access.actions])].toSorted()
      found.set(nameOf(access), {
        ...access,
        actions,
        isPublic: access.isPublic || before?.isPublic === true,
        sources: [...(before?.sources ?? []), opening.via],
      })
    }
  }
  return [...found.values()]
}

/** A policy that cannot be read gives nothing: the policy engine does not understand it either. */
function openedBy(
  { policy, behind }: Opening,
  kind: Source["kind"],
  zone: Zone,
): readonly ExternalAccess[] {
  const document = policyOrNothing(policy, { kind })
  if (!document) return []
  const given = externalAccess(document, zone).filter(({ principal }) => !isOfZone(principal, zone))
  if (behind === undefined) return given
  const front = policyOrNothing(behind, { kind })
  const letIn = front ? externalAccess(front, { accounts: [] }) : []
  return given.filter(({ principal }) =>
    letIn.some((one) => one.principal["AWS"] === "*" || same(one.principal, principal)),
  )
}

/** Accounts go by canonical ids in ACLs, and may in policies of buckets. */
const isOfZone = (
  { CanonicalUser: id }: ExternalAccess["principal"],
  { accounts }: Zone,
): boolean => id !== undefined && accounts.some((account) => canonicalId(account) === id)

const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)

/** A principal on some conditions has one finding of a resource, whatever the actions. */
export const nameOf = ({
  principal,
  condition,
}: Pick<ExternalAccess, "principal" | "condition">): string =>
  JSON.stringify([principal, condition])
