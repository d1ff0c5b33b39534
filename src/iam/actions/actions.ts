import { brotliDecompressSync } from "node:zlib"
import { textMatcher } from "../policy/match.ts"
import { packedActions } from "./data/actions.ts"
import { GLOBAL_KEYS, type KeyType } from "./global-keys.ts"

export type AccessLevel = "List" | "Read" | "Write" | "Permissions management" | "Tagging"

/** One action of IAM policies, as the service authorization reference lists it. */
export interface Action {
  /** `sqs` */
  readonly service: string
  /** `SendMessage` */
  readonly name: string
  readonly level: AccessLevel
  /** None: the action has no resources, and policies must say `*`. */
  readonly resources: readonly ResourceUse[]
  /** As AWS writes them: `aws:RequestTag/${TagKey}`. */
  readonly conditionKeys: readonly string[]
}

export interface ResourceUse {
  /** A resource type of the service, `queue`. */
  readonly type: string
  /** Policies that name resources must name one of this type. */
  readonly required: boolean
  readonly conditionKeys: readonly string[]
}

export interface ResourceType {
  /** `queue` */
  readonly type: string
  /** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}` */
  readonly arn: string
  readonly conditionKeys: readonly string[]
}

/** Everything that policies can say of one service. */
export interface ServiceActions {
  readonly prefix: string
  /** `AWS Security Token Service` */
  readonly title: string
  /** By name in lower case. */
  readonly actions: ReadonlyMap<string, Action>
  readonly resources: ReadonlyMap<string, ResourceType>
  /** Name as AWS writes it → type; global keys that the service lists are among them. */
  readonly keys: ReadonlyMap<string, KeyType>
}

const LEVELS: Readonly<Record<string, AccessLevel>> = {
  L: "List",
  R: "Read",
  W: "Write",
  P: "Permissions management",
  T: "Tagging",
}

/** AWS's list is the same in every world: a constant, unpacked when first asked for. */
const library = onDemand(unpack)

/** The names of all actions, `sqs:sendmessage`, in lower case. */
export const actionNames = onDemand(
  (): ReadonlySet<string> =>
    new Set(expandActions("*").map(({ service, name }) => `${service}:${name}`.toLowerCase())),
)

/** The prefixes of all services, in order. */
export const servicePrefixes = (): readonly string[] => [...library().keys()]

/** What policies can say of the service of this prefix (in any case), or nothing. */
export const actionsOf = (prefix: string): ServiceActions | undefined =>
  library().get(prefix.toLowerCase())?.()

/** The action of that name, `sqs:SendMessage`, in any case. */
export function findAction(action: string): Action | undefined {
  const colon = action.indexOf(":")
  return actionsOf(action.slice(0, colon))?.actions.get(action.slice(colon + 1).toLowerCase())
}

/** The actions that a policy's `s3:Get*` or `*` means; none for a pattern that means nothing. */
export function expandActions(pattern: string): readonly Action[] {
  const text = pattern.toLowerCase()
  const colon = text.indexOf(":")
  if (colon < 0) return text === "*" ? [...library().values()].flatMap(allActions) : []
  if (!/[*?]/.test(text)) {
    const action = findAction(text)
    return action ? [action] : []
  }
  const named = textMatcher(text.slice(colon + 1), { variables: false, wildcards: true })
  const service = text.slice(0, colon)
  const services = /[*?]/.test(service) ? matching(service) : [library().get(service)]
  return services
    .flatMap((one) => (one ? allActions(one) : []))
    .filter(({ name }) => named(name.toLowerCase(), NO_CONTEXT))
}

/**
 * The type of a condition key, global or of a service's, in any case; nothing where AWS has no such
 * key. `aws:RequestTag/team` is found as `aws:RequestTag/${TagKey}`.
 */
export function conditionKeyType(key: string): KeyType | undefined {
  return (
    findKey(GLOBAL_KEYS, key) ?? findKey(actionsOf(key.slice(0, key.search(/[:/]|$/)))?.keys, key)
  )
}

/**
 * Whether a key's name is this one, of which a part may be a variable (`${TagKey}`, `<key>`); Glacier's
 * page leaves out the variable after the slash.
 */
export function keyMatches(published: string, key: string): boolean {
  const parts = published.toLowerCase().split(/\$\{[^}]*\}|<[^>]*>|(?<=\/)tag-key$/)
  const text = key.toLowerCase()
  const [first = "", last = ""] = [parts[0], parts.at(-1)]
  if (parts.length === 1 && !first.endsWith("/")) return text === first
  if (parts.length === 1) return text.length > first.length && text.startsWith(first)
  return text.length > first.length + last.length && text.startsWith(first) && text.endsWith(last)
}

function findKey(keys: ReadonlyMap<string, KeyType> | undefined, key: string): KeyType | undefined {
  if (!keys) return undefined
  const exact = keys.get(key)
  if (exact) return exact
  for (const [published, type] of keys) if (keyMatches(published, key)) return type
  return undefined
}

const NO_CONTEXT = Object.freeze({ get: () => undefined })

type Load = () => ServiceActions

const allActions = (load: Load): Action[] => [...load().actions.values()]

function matching(pattern: string): Load[] {
  const named = textMatcher(pattern, { variables: false, wildcards: true })
  return [...library()].filter(([prefix]) => named(prefix, NO_CONTEXT)).map(([, load]) => load)
}

/** Each service is read when it is asked for. */
function unpack(): ReadonlyMap<string, Load> {
  const text = brotliDecompressSync(packedActions()).toString()
  return new Map(
    text
      .split("\n\n")
      .map((section) => [section.slice(0, section.indexOf("\t")), onDemand(() => read(section))]),
  )
}

function read(section: string): ServiceActions {
  const [head = "", ...lines] = section.split("\n")
  const [prefix = "", title = ""] = head.split("\t")
  const actions = new Map<string, Action>()
  const resources = new Map<string, ResourceType>()
  const keys = new Map<string, KeyType>()
  for (const line of lines) {
    const [mark = "", name = "", third = "", fourth = ""] = line.split("\t")
    if (mark === "k") keys.set(name, third as KeyType)
    else if (mark === "r")
      resources.set(name, { type: name, arn: third, conditionKeys: words(fourth) })
    else
      actions.set(name.toLowerCase(), {
        service: prefix,
        name,
        level: LEVELS[mark] as AccessLevel,
        resources: third === "" ? [] : third.split(",").map(readUse),
        conditionKeys: words(fourth),
      })
  }
  return { prefix, title, actions, resources, keys }
}

/** `queue*(aws:ResourceTag/${TagKey})` */
function readUse(text: string): ResourceUse {
  const open = text.indexOf("(")
  const name = open < 0 ? text : text.slice(0, open)
  const required = name.endsWith("*")
  return {
    type: required ? name.slice(0, -1) : name,
    required,
    conditionKeys: open < 0 ? [] : words(text.slice(open + 1, -1)),
  }
}

const words = (text: string): readonly string[] => (text === "" ? [] : text.split(" "))

function onDemand<Value>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
