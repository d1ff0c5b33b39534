import { actionsOf, findAction } from "../../../iam/actions/actions.ts"
import {
  internalAccess,
  type InternalPrincipal,
  type InternalResource,
} from "../../../iam/analysis/internal-access.ts"
import type { PolicyText } from "../../../iam/caller-policies.ts"
import {
  policyOrNothing,
  type PolicyDocument,
  type PolicyKind,
} from "../../../iam/policy/document.ts"
import { supportsResourceControl } from "../../../iam/policy/resource-control.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { policiesOfRole, policiesOfUser, type EntityUsage } from "../../iam/port.ts"
import { controlsOf, organizationOf } from "../../organizations/port.ts"
import { isOfOrganization, type Analyzer, type InternalSettings } from "../analyzer/analyzer.ts"
import type { ResourceType } from "../resource/analyzed-resource.ts"
import { openingsFor, type Source } from "../resource/sources.ts"

/** What is looked at inside of a zone, of what this cloud has: what is about it, and what is in it. */
const PARTS: Readonly<
  Record<string, { readonly types: readonly string[]; readonly within: string }>
> = Object.freeze({
  "AWS::S3::Bucket": { types: ["bucket", "object"], within: "/*" },
  "AWS::DynamoDB::Table": { types: ["table", "index"], within: "/index/*" },
})

export const isLookedInto = ({ type }: Pick<Source, "type">): boolean => Object.hasOwn(PARTS, type)

/** A restriction of an organization, as findings tell it (API: InternalAccessDetails). */
type Restriction = "APPLICABLE" | "APPLIED" | "NOT_APPLICABLE"

/** What a finding of internal access says beyond principal, actions and conditions. */
export interface InternalDetails {
  readonly principalOwner: string
  readonly principalType: "IAM_ROLE" | "IAM_USER"
  readonly accessType: "INTRA_ACCOUNT" | "INTRA_ORG"
  readonly scp: Restriction
  readonly rcp: Restriction
}

export interface InternalShare {
  readonly principal: Readonly<Record<string, string>>
  readonly actions: readonly string[]
  readonly condition: Readonly<Record<string, string>>
  readonly internal: InternalDetails
}

/** A resource that an analyzer may look at. */
export interface Looked {
  readonly source: Source
  readonly row: object
  readonly account: string
}

/** "Only resources that meet the rule criteria will generate findings." */
export const isIncluded = (
  { inclusions }: InternalSettings,
  { type, arn, account }: { readonly type: string; readonly arn: string; readonly account: string },
): boolean =>
  inclusions.some(
    ({ accountIds, resourceTypes, resourceArns }) =>
      (!accountIds?.length || accountIds.includes(account)) &&
      (!resourceTypes?.length || resourceTypes.includes(type)) &&
      (!resourceArns?.length || resourceArns.includes(arn)),
  )

/** What a user or role may do with a resource; nothing of service-linked roles, which AWS keeps. */
export function internalShares(
  tx: ReadTx,
  analyzer: Analyzer,
  { looked, usage }: { readonly looked: Looked; readonly usage: EntityUsage },
): readonly InternalShare[] {
  if (usage.isServiceLinked) return []
  const scp = controlTexts(tx, usage.account, "SERVICE_CONTROL_POLICY")
  const rcp = controlTexts(tx, looked.account, "RESOURCE_CONTROL_POLICY")
  const isApplied = isOfOrganization(analyzer.type)
  const resource = resourceOf(tx, looked)
  // Every service of `PARTS` is one that RCPs hold.
  const isHeld = supportsResourceControl([...resource.actions][0] ?? "")
  const given = internalAccess(
    { ...principalOf(tx, usage, looked.account), scps: isApplied ? scp : undefined },
    { ...resource, rcps: isApplied && isHeld ? rcp : undefined },
  )
  const told = (controls: object | undefined): Restriction =>
    controls === undefined ? "NOT_APPLICABLE" : isApplied ? "APPLIED" : "APPLICABLE"
  const internal: InternalDetails = {
    principalOwner: usage.account,
    principalType: usage.kind === "role" ? "IAM_ROLE" : "IAM_USER",
    accessType: usage.account === looked.account ? "INTRA_ACCOUNT" : "INTRA_ORG",
    ...{ scp: told(scp), rcp: told(rcp) },
  }
  return given.map(({ actions, condition }) => ({
    ...{ principal: { AWS: usage.arn }, condition, internal },
    actions: actions.map((name) => nameOf(name)),
  }))
}

/** `s3:getobject` → `s3:GetObject`. */
function nameOf(action: string): string {
  const known = findAction(action)
  return known ? `${known.service}:${known.name}` : action
}

const read = (texts: readonly PolicyText[], kind: PolicyKind): readonly PolicyDocument[] =>
  texts.flatMap(({ text }) => policyOrNothing(text, { kind }) ?? [])

function controlTexts(
  tx: ReadTx,
  account: string,
  type: "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY",
): readonly (readonly PolicyDocument[])[] | undefined {
  const kind = type === "SERVICE_CONTROL_POLICY" ? "scp" : "rcp"
  return controlsOf(tx, account, type)?.map((level) => read(level, kind))
}

function principalOf(
  tx: ReadTx,
  { kind, account, arn, id, name }: EntityUsage,
  owner: string,
): InternalPrincipal {
  const texts = kind === "role" ? policiesOfRole(tx, account, id) : policiesOfUser(tx, account, id)
  const boundary = texts?.boundary && read([texts.boundary], "boundary")
  const [home, there] = [organizationOf(tx, account)?.id, organizationOf(tx, owner)?.id]
  const facts: [string, string | undefined][] = [
    ["aws:principalarn", arn],
    ["aws:principalaccount", account],
    ["aws:principaltype", kind === "role" ? "AssumedRole" : "User"],
    ["aws:principalorgid", home],
    ["aws:username", kind === "user" ? name : undefined],
    ["aws:resourceaccount", owner],
    ["aws:resourceorgid", there],
  ]
  return {
    ...{ kind, account, arn, identity: read(texts?.identity ?? [], "identity") },
    // A boundary that cannot be read allows nothing.
    boundary: boundary && (boundary[0] ?? NOTHING),
    facts: new Map(facts.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  }
}

const NOTHING: PolicyDocument = Object.freeze({
  kind: "boundary",
  version: "2012-10-17",
  statements: [],
})

function resourceOf(tx: ReadTx, { source, row, account }: Looked): InternalResource {
  const arn = source.resource.arn(row)
  const { types, within } = PARTS[source.type] ?? { types: [], within: "" }
  const policy = openingsFor(tx, source, row).find(({ via }) => via.type === "POLICY")?.policy
  return {
    ...{ account, arns: [arn, arn + within], actions: actionsAbout(source.type, types) },
    policy: policy === undefined ? undefined : policyOrNothing(policy, { kind: "resource" }),
  }
}

/** The actions of a service that are about resources of these types, in lower case. */
function actionsAbout(type: ResourceType, types: readonly string[]): ReadonlySet<string> {
  const service = actionsOf(type.split("::")[1] ?? "")
  const all = [...(service?.actions.values() ?? [])]
  const about = all.filter(({ resources }) => resources.some((one) => types.includes(one.type)))
  return new Set(about.map((one) => `${one.service}:${one.name}`.toLowerCase()))
}
