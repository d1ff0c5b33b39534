import type { AccessRequest } from "../iam/access.ts"
import { operationActions } from "../iam/actions/operation-actions.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { parseArn } from "./arn.ts"
import type { Call } from "./call.ts"
import type { Resource } from "./resource.ts"

/** An operation that AWS serves without asking any policy, and why. */
export interface Unchecked {
  readonly unchecked: string
}

/** Declares that an operation asks for nothing: `unchecked("no permissions are required …")`. */
export const unchecked = (why: string): Unchecked => Object.freeze({ unchecked: why })

export const isUnchecked = (asked: object): asked is Unchecked => "unchecked" in asked

/** What an operation asks for. */
export type Ask<Input> = (tx: ReadTx, input: Input, call: Call) => AccessRequest

/** How the operations of a service ask, each for the action of its own name. */
export interface Asking {
  /** For no resource in particular: policies must say `*`. */
  readonly anything: Ask<object>
  /**
   * For the resource that `find` finds: its row, from which ARN, owner, tags and policy follow, or
   * the ARN of one that is not there (yet). `find` may throw what the operation throws without it.
   */
  on<Row extends object, Input extends object>(
    resource: Resource<Row>,
    find: (tx: ReadTx, input: Input, call: Call) => Row | string,
  ): Ask<Input>
}

/**
 * `authorizeBy("sqs")`, by the name that the service's requests are signed with. Tags of the
 * request (`Tags`, `tags`, `TagKeys` … of the input) and of the resource become condition keys.
 */
export function authorizeBy(signingName: string): Asking {
  const request = (
    { operation, account }: Call,
    input: object,
    asked: Partial<AccessRequest> & { readonly tags?: Readonly<Record<string, string>> },
  ): AccessRequest => {
    const { tags, ...rest } = asked
    return {
      action: operationActions({ signingName, operation })[0] as string,
      resource: "*",
      owner: account,
      context: { ...requestTagKeys(input), ...resourceTagKeys(tags) },
      ...rest,
    }
  }
  return {
    anything: (_tx, input, call) => request(call, input, {}),
    on: (resource, find) => (tx, input, call) => {
      const found = find(tx, input, call)
      if (typeof found === "string")
        return request(call, input, { resource: found, owner: ownerOf(found) ?? call.account })
      const arn = resource.arn(found)
      return request(call, input, {
        resource: arn,
        owner: ownerOf(arn) ?? call.account,
        tags: resource.tagsOf?.(found) ?? {},
        policy: resource.policyOf?.(found),
      })
    },
  }
}

/** As `ask` asks, and for an action that tags, of the same resource, where the input has tags. */
export const askToTag =
  <Input extends object>(tagging: string, ask: Ask<Input>) =>
  (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] => {
    const asked = ask(tx, input, call)
    const { Tags }: { readonly Tags?: readonly object[] | undefined } = input
    return Tags?.length ? [asked, { ...asked, action: tagging }] : [asked]
  }

/** ARNs of buckets and the like name no account. */
const ownerOf = (arn: string): string | undefined => parseArn(arn)?.account || undefined

/** The members by which the inputs of AWS's services carry tags. */
const TAG_MEMBERS = ["Tags", "tags", "TagList", "tagList"] as const
const TAG_KEY_MEMBERS = ["TagKeys", "tagKeys", "TagKeyList"] as const

/** `aws:RequestTag/…` and `aws:TagKeys` of an input that carries tags or names of tags. */
export function requestTagKeys(input: object): Record<string, string | readonly string[]> {
  const members: Readonly<Record<string, unknown>> = { ...input }
  for (const name of TAG_MEMBERS) {
    const tags = tagsIn(members[name])
    if (tags) return { "aws:TagKeys": Object.keys(tags), ...requested(tags) }
  }
  for (const name of TAG_KEY_MEMBERS) {
    const keys = members[name]
    if (Array.isArray(keys)) return { "aws:TagKeys": keys as string[] }
  }
  return {}
}

const requested = (tags: Tags): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, text]) => [`aws:RequestTag/${key}`, text]))

/** Both forms in which AWS's services write tags: a map, and a list of pairs. */
function tagsIn(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const pairs: (readonly [string, unknown])[] = Array.isArray(value)
    ? (value as unknown[]).map(pairOf)
    : Object.entries(value)
  if (pairs.length === 0) return undefined
  return Object.fromEntries(pairs.map(([key, text]) => [key, typeof text === "string" ? text : ""]))
}

/** `Key`, `key`, `TagKey` … with its value. */
function pairOf(tag: unknown): readonly [string, unknown] {
  const { Key, key, TagKey, Value, value, TagValue } = { ...(tag as Record<string, unknown>) }
  const name = Key ?? key ?? TagKey
  return [typeof name === "string" ? name : "", Value ?? value ?? TagValue]
}

type Tags = Readonly<Record<string, string>>

/**
 * `aws:ResourceTag/…` of what a request is about, and the same tags under the service's own key,
 * where AWS lists one: `resourceTagKeys(tags, "ec2:ResourceTag")`.
 */
export function resourceTagKeys(tags?: Tags, own?: string): Record<string, string> {
  const keys: Record<string, string> = {}
  addResourceTagKeys(keys, tags, own)
  return keys
}

/** The same for requests that are many: puts them to the keys that are there. */
export function addResourceTagKeys(
  keys: Record<string, string | readonly string[]>,
  tags?: Tags,
  own?: string,
): void {
  for (const key in tags) {
    const text = tags[key] as string
    keys[`aws:ResourceTag/${key}`] = text
    if (own !== undefined) keys[`${own}/${key}`] = text
  }
}
