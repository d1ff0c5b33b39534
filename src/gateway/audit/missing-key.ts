import type { AccessRequest } from "../../iam/access.ts"
import { keyMatches } from "../../iam/actions/actions.ts"
import { documentedKeys } from "../../iam/actions/documented-keys.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { parseArn } from "../../registry/arn.ts"
import { requestTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { keyName, whenOf, whyNot, type KeyRules, type When, type WhyNot } from "./rules.ts"
import { findByArn, type Resource } from "../../registry/resource.ts"
import { conditionKeysOf } from "./condition-keys.ts"

/** What a request is asked for. */
export interface AskedOf {
  readonly input: object
  readonly call: Call
}

interface Around extends AskedOf {
  /** The kinds of the service. */
  readonly resources: readonly Resource<object>[]
}

/** A condition key that AWS lists for an action, and what its service says of it. */
interface Key {
  /** `aws:ResourceTag/${TagKey}` */
  readonly published: string
  /** Without its variable part, as rules have it, and so in lower case. */
  readonly name: string
  readonly lowerCase: string
  /** Undefined where nothing is said. */
  readonly when: When | undefined
  readonly why: WhyNot | undefined
}

interface Plan {
  readonly own: readonly Key[]
  readonly ofResources: readonly {
    readonly isOne: (arn: string) => boolean
    readonly keys: readonly Key[]
  }[]
}

export type FindMissingKey = (
  tx: ReadTx,
  request: AccessRequest,
  around: Around,
) => string | undefined

/**
 * Finds a condition key that AWS lists for a request's action and resource and that it should carry,
 * by what its service says of its keys, but does not; or one that it carries though its service
 * says that it does not. Undefined where all is well. What is known of actions is worked out once.
 */
export function missingKeys(): FindMissingKey {
  const plans = new Map<string, Plan | undefined>()
  return (tx, request, around) => {
    const { action, resource, context } = request
    // DynamoDB works them out only where a policy may look at them.
    if (context === undefined && action.startsWith("dynamodb:")) return undefined
    if (!plans.has(action)) plans.set(action, planOf(action))
    const plan = plans.get(action)
    if (!plan) return undefined
    const carried = new Set(Object.keys(context ?? {}).map(nameOfCarried))
    const asked = { request, carried }
    const own = faultIn(tx, plan.own, asked, around)
    if (own !== undefined) return own
    for (const { isOne, keys } of plan.ofResources) {
      const fault = isOne(resource) ? faultIn(tx, keys, asked, around) : undefined
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

/** Undefined of services that are not here. */
function planOf(action: string): Plan | undefined {
  const colon = action.indexOf(":")
  const rules = conditionKeysOf(action.slice(0, colon))
  if (!rules) return undefined
  const keyOf = (published: string): Key => sayOf(rules, action.slice(colon + 1), published)
  const { own, ofResources } = documentedKeys(action)
  return {
    own: own.map(keyOf),
    ofResources: ofResources.map(({ isOne, keys }) => ({ isOne, keys: keys.map(keyOf) })),
  }
}

function sayOf(rules: KeyRules, action: string, published: string): Key {
  const name = keyName(published)
  const rule = rules[name]
  const said = rule && { when: whenOf(rule), why: whyNot(rule, action) }
  return { published, name, lowerCase: name.toLowerCase(), when: said?.when, why: said?.why }
}

/** `aws:requesttag` of `aws:RequestTag/team`, `kms:encryptioncontext` of `kms:EncryptionContext:team`. */
const nameOfCarried = (key: string): string =>
  key
    .replace(/^(kms:(?:EncryptionContext|RecipientAttestation)):.*|^([\w-]+:\w*Tag)\/.*/s, "$1$2")
    .toLowerCase()

interface Asked {
  readonly request: AccessRequest
  /** Names of keys. */
  readonly carried: ReadonlySet<string>
}

function faultIn(
  tx: ReadTx,
  keys: readonly Key[],
  { request, carried }: Asked,
  around: Around,
): string | undefined {
  for (const key of keys) {
    const { name, when, why } = key
    const isCarried = carried.has(key.lowerCase)
    if (why !== undefined) {
      if (isCarried) return `${request.action} carries ${name} after all, of which is said: ${why}`
      continue
    }
    if (when === undefined) return `nothing is said of ${name} for ${request.action}`
    const fault = lack(tx, { request, key, when, isCarried }, around)
    if (fault !== undefined)
      return `${request.action} on ${request.resource} lacks ${name}: ${fault}`
  }
  return undefined
}

interface Wanted {
  readonly request: AccessRequest
  readonly key: Key
  readonly when: When
  readonly isCarried: boolean
}

/** What asks for the key where it is not carried, or not with its value. */
function lack(
  tx: ReadTx,
  { request, key, when, isCarried }: Wanted,
  around: Around,
): string | undefined {
  const { call, input } = around
  switch (when) {
    case "caller":
    case "sometimes":
      return undefined
    case "always":
      return isCarried ? undefined : when
    case "signed":
      return isCarried || !call.signing ? undefined : when
    case "secure":
      return isCarried || !call.secure ? undefined : when
    case "request tags":
      return notAmong(request, key, requestTagKeys(input))
    case "resource tags":
      return notAmong(request, key, tagKeysOf(tx, { request, key }, around))
    default:
      return notAmong(request, key, memberKey(input, when.slice("input.".length), key))
  }
}

type Keys = Readonly<Record<string, unknown>>

/** The first of the wanted keys that the request does not carry with that value. */
function notAmong({ context = {} }: AccessRequest, { published }: Key, wanted: Keys) {
  for (const [key, value] of Object.entries(wanted)) {
    if (!keyMatches(published, key)) continue
    const is = context[key] ?? inAnyCase(context, key)
    if (String(is) !== String(value)) return `${key} should be ${String(value)}, is ${String(is)}`
  }
  return undefined
}

function inAnyCase(context: Keys, key: string): unknown {
  const lowerCase = key.toLowerCase()
  return Object.entries(context).find(([name]) => name.toLowerCase() === lowerCase)?.[1]
}

function memberKey(input: object, path: string, { published }: Key): Keys {
  let value: unknown = input
  for (const name of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Keys)[name] : undefined
  return value === undefined || (Array.isArray(value) && value.length === 0)
    ? {}
    : { [published]: value }
}

/** `aws:ResourceTag/…` or the service's own key, of all tags of the resource. */
function tagKeysOf(
  tx: ReadTx,
  { request: { resource: arn }, key }: Pick<Wanted, "request" | "key">,
  { call: { account, region }, resources }: Around,
): Keys {
  if (!parseArn(arn)) return {}
  for (const kind of resources) {
    const row = kind.tagsOf && findByArn(tx, kind, { arn, account, region })
    if (!row) continue
    const tags = Object.entries(kind.tagsOf?.(row) ?? {})
    return Object.fromEntries(tags.map(([tag, value]) => [`${key.name}/${tag}`, value]))
  }
  return {}
}
