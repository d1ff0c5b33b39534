import { invalid } from "../errors.ts"
import type { Finding } from "./finding.ts"

/** One test of a property; all that is given must hold. */
export interface Criterion {
  readonly eq?: readonly string[] | undefined
  readonly neq?: readonly string[] | undefined
  readonly contains?: readonly string[] | undefined
  readonly exists?: boolean | undefined
}

export type Criteria = Readonly<Record<string, Criterion>>

/** What a filter looks at; principal, condition and publicity are external access's. */
export type Filtered = Pick<Finding, "id" | "resource" | "owner" | "status"> &
  Pick<Finding, "createdMs" | "updatedMs"> &
  Partial<Pick<Finding, "principal" | "condition" | "isPublic" | "internal" | "rcp">> & {
    readonly resourceType: string
    /** Of unused access. */
    readonly type?: string
  }

/** Properties of findings by the names that filters give them ("Access Analyzer filter keys"). */
const PROPERTIES: Readonly<Record<string, (finding: Filtered) => string | undefined>> =
  Object.freeze({
    id: ({ id }) => id,
    resource: ({ resource }) => resource,
    resourceType: ({ resourceType }) => resourceType,
    resourceOwnerAccount: ({ owner }) => owner,
    isPublic: ({ isPublic }) => (isPublic === undefined ? undefined : String(isPublic)),
    status: ({ status }) => status,
    error: () => undefined,
    findingType: ({ type = "ExternalAccess", internal }) => (internal ? "InternalAccess" : type),
    accessType: ({ internal }) => internal?.accessType,
    principalType: ({ internal }) => internal?.principalType,
    principalOwnerAccount: ({ internal }) => internal?.principalOwner,
    serviceControlPolicyRestriction: ({ internal }) => internal?.scp,
    resourceControlPolicyRestriction: ({ internal, rcp }) => internal?.rcp ?? rcp,
    createdAt: ({ createdMs }) => new Date(createdMs).toISOString(),
    updatedAt: ({ updatedMs }) => new Date(updatedMs).toISOString(),
  })

/** Throws ValidationException for a property that findings do not have, and for a test of nothing. */
export function assertCriteria(criteria: Criteria): void {
  for (const [name, { eq, neq, contains, exists }] of Object.entries(criteria)) {
    if (!isProperty(name)) throw invalid("filter", `${name} is not a valid filter key.`)
    if (eq === undefined && neq === undefined && contains === undefined && exists === undefined)
      throw invalid("filter", `The filter ${name} has no criterion.`)
  }
}

export const isProperty = (name: string): boolean =>
  Object.hasOwn(PROPERTIES, name) ||
  /^(?:condition\.[\w.-]+:.+|principal\.(?:AWS|Federated|CanonicalUser))$/.test(name)

export const meets = (finding: Filtered, criteria: Criteria): boolean =>
  Object.entries(criteria).every(([name, criterion]) => holds(propertyOf(finding, name), criterion))

export function propertyOf(finding: Filtered, name: string): string | undefined {
  if (name.startsWith("principal.")) return own(finding.principal ?? {}, name.slice(10))
  if (name.startsWith("condition.")) {
    const key = name.slice(10).toLowerCase()
    return Object.entries(finding.condition ?? {}).find(([one]) => one.toLowerCase() === key)?.[1]
  }
  return own(PROPERTIES, name)?.(finding)
}

function holds(value: string | undefined, { eq, neq, contains, exists }: Criterion): boolean {
  if (exists !== undefined && exists !== (value !== undefined)) return false
  if (eq && (value === undefined || !eq.includes(value))) return false
  if (neq && value !== undefined && neq.includes(value)) return false
  return !contains || (value !== undefined && contains.some((part) => value.includes(part)))
}

const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
