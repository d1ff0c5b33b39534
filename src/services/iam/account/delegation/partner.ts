import { charactersOf, parsePolicy } from "../../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../../iam/policy/refusal.ts"
import { table } from "../../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { MANAGED_POLICY_LENGTH } from "../../limits.ts"
import { policyId } from "../../managed/policies.ts"
import { seconds } from "../../names.ts"
import { parametersOf } from "./template.ts"

/** An account of a product provider that AWS has registered for temporary delegation. */
export interface Partner {
  readonly account: string
  /** `partner.com`. */
  readonly name: string
}

/** What was registered of a partner: it never changes ("they are immutable"). */
export interface PartnerPolicy {
  readonly partner: string
  readonly kind: "template" | "boundary"
  readonly name: string
  readonly document: string
  readonly registeredMs: number
}

export const partners = table<Partner>("iam/partner", {
  key: ({ account }) => [account],
  cached: true,
})

export const partnerPolicies = table<PartnerPolicy>("iam/partner-policy", {
  key: ({ partner, kind, name }) => [partner, kind, name],
  cached: true,
})

/** What a partner hands in when it is taken on; texts of policies, or the policies themselves. */
export interface PartnerRegistration {
  readonly account: string
  /** `partner.com`; more accounts of one partner share what it has registered. */
  readonly name: string
  /** Policies with parameters, by name. */
  readonly templates?: Readonly<Record<string, string | object>> | undefined
  /** Permissions boundaries of roles that outlast the delegation, by name. */
  readonly boundaries?: Readonly<Record<string, string | object>> | undefined
}

/** By which ARNs delegation requests and roles name what was registered. */
export interface RegisteredPartner {
  readonly templates: Readonly<Record<string, string>>
  readonly boundaries: Readonly<Record<string, string>>
}

/** RequestorName of the API holds that much. */
const PARTNER = /^[\w.-]{1,30}$/
const NAME = /^[\w.-]{1,128}$/

/**
 * Does what AWS does in the onboarding of partners, for which it has no API. Throws RangeError, in
 * words for a person.
 */
export function registerPartner(tx: WriteTx, given: PartnerRegistration): RegisteredPartner {
  const { account, name } = given
  if (!/^\d{12}$/.test(account)) throw new RangeError(`an account id has 12 digits: ${account}`)
  if (!PARTNER.test(name))
    throw new RangeError("a partner's name has up to 30 letters, digits, dots and dashes")
  const known = tx.get(partners, [account])
  if (known && known.name !== name)
    throw new RangeError(`account ${account} belongs to partner ${known.name}`)
  tx.put(partners, { account, name })
  const keep = (kind: PartnerPolicy["kind"], all: PartnerRegistration["templates"] = {}) =>
    Object.fromEntries(
      Object.entries(all).map(([policy, content]) => {
        const document = typeof content === "string" ? content : JSON.stringify(content)
        return [policy, arnOfPartner(put(tx, { partner: name, kind, name: policy, document }))]
      }),
    )
  return {
    templates: keep("template", given.templates),
    boundaries: keep("boundary", given.boundaries),
  }
}

function put(tx: WriteTx, policy: Omit<PartnerPolicy, "registeredMs">): PartnerPolicy {
  const { partner, kind, name, document } = policy
  if (!NAME.test(name)) throw new RangeError(`${name} is no name of a ${kind}`)
  const known = tx.get(partnerPolicies, [partner, kind, name])
  if (known && known.document !== document)
    throw new RangeError(`${kind} ${name} is registered and cannot be changed: give another name`)
  if (known) return known
  if (kind === "template") assertTemplate(document)
  else assertBoundaryText(name, document)
  const row = { ...policy, registeredMs: seconds(tx.now) }
  tx.insert(partnerPolicies, row)
  return row
}

function assertTemplate(document: string): void {
  try {
    parametersOf(document)
  } catch {
    throw new RangeError("a template is a policy in JSON")
  }
}

/** "Permission boundaries have a maximum size limit of 6,144 characters." */
function assertBoundaryText(name: string, document: string): void {
  if (charactersOf(document) > MANAGED_POLICY_LENGTH)
    throw new RangeError(`boundary ${name} has more than ${MANAGED_POLICY_LENGTH} characters`)
  try {
    parsePolicy(document, { kind: "identity" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw new RangeError(`boundary ${name}: ${error.reason}`)
    throw error
  }
}

/**
 * Boundaries: `arn:aws:iam::partner:policy/partner.com/SQSAccessorBoundary_20250115` (the guide's
 * example). What the ARNs of templates look like is not documented.
 */
const arnOfPartner = ({ partner, kind, name }: PartnerPolicy): string =>
  `arn:aws:iam::partner:${kind === "boundary" ? "policy" : "delegation-template"}/${partner}/${name}`

const ARN = /^arn:aws[a-z-]*:iam::partner:(policy|delegation-template)\/([\w.-]+)\/([\w.-]+)$/

/** What is registered under that ARN. */
export function partnerPolicy(tx: ReadTx, arn: string): PartnerPolicy | undefined {
  const [, type, partner = "", name = ""] = ARN.exec(arn) ?? []
  if (type === undefined) return undefined
  const kind = type === "policy" ? "boundary" : "template"
  return tx.get(partnerPolicies, [partner, kind, name])
}

/** A partner's boundary as a managed policy of one version, which all accounts can use. */
export function partnerBoundary(tx: ReadTx, arn: string) {
  const found = partnerPolicy(tx, arn)
  if (found?.kind !== "boundary") return undefined
  const { partner, name, document, registeredMs } = found
  return {
    ...{ arn, name, path: `/${partner}/`, id: policyId(arn), versionId: "v1", document },
    ...{ createdMs: registeredMs, updatedMs: registeredMs },
  }
}
