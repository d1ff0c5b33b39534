import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { findByArn, tagPairs } from "../../../registry/resource.ts"
import { tagRulesOf, type TagRule } from "../../organizations/port.ts"
import { complianceOf } from "../compliance/details.ts"
import { onAnything, op, type In, type Out } from "../define.ts"
import { badToken, invalid } from "../errors.ts"
import { RESOURCES_A_PAGE, TAGS_A_PAGE } from "../limits.ts"
import { readToken, tokenOf } from "../token.ts"
import { isOfTypes, kindsIn, taggedOf, type Kind, type Tagged } from "./kind.ts"
import { walk, type Position } from "./walk.ts"

type Input = In<"GetResources">
type Mapping = NonNullable<Out<"GetResources">["ResourceTagMappingList"]>[number]

export const GetResources = op.action("GetResources", {
  authorize: onAnything,
  async run(ctx, input, call): Promise<Out<"GetResources">> {
    assertInput(input)
    const token = readToken(input.PaginationToken, ctx.now())
    const kinds = kindsIn(await call.resources(), call.region)
    const rules = input.IncludeComplianceDetails
      ? await ctx.read((tx) => tagRulesOf(tx, call.account))
      : []
    const page = new MappingPage(input, { call, rules })
    if (input.ResourceARNList) {
      await ctx.read((tx) => page.takeNamed(tx, kinds))
      return { PaginationToken: "", ResourceTagMappingList: page.mappings }
    }
    const rest = await page.fill(ctx, kinds, token && positionOf(kinds, token))
    const next = rest && { type: kinds[rest.kind]?.type, after: rest.after }
    return {
      // Recorded: empty at the end.
      PaginationToken: next ? tokenOf(next, ctx.now()) : "",
      ResourceTagMappingList: page.mappings,
    }
  },
})

function positionOf(
  kinds: readonly Kind[],
  { type, after }: Readonly<Record<string, unknown>>,
): Position {
  const kind = kinds.findIndex((one) => one.type === type)
  if (kind < 0 || (after !== undefined && typeof after !== "string")) throw badToken()
  return { kind, after }
}

/** What of the resources that are met belongs on the page. */
class MappingPage {
  readonly mappings: Mapping[] = []
  readonly #input: Input
  readonly #call: Call
  readonly #rules: readonly TagRule[]
  readonly #mostResources: number
  #tagsLeft: number

  constructor(
    input: Input,
    { call, rules }: { readonly call: Call; readonly rules: readonly TagRule[] },
  ) {
    this.#input = input
    this.#call = call
    this.#rules = rules
    this.#mostResources = input.ResourcesPerPage ?? RESOURCES_A_PAGE.usual
    this.#tagsLeft = input.TagsPerPage ?? Number.POSITIVE_INFINITY
  }

  fill(
    ctx: ActionContext,
    kinds: readonly Kind[],
    start: Position | undefined,
  ): Promise<Position | undefined> {
    const { account, region } = this.#call
    const take = (found: Tagged) => this.#take(found)
    return walk(ctx, { kinds, owner: { account, region }, take }, start)
  }

  /** "If a resource specified by this parameter doesn't exist, … it simply isn't included". */
  takeNamed(tx: ReadTx, kinds: readonly Kind[]): void {
    const { account, region } = this.#call
    for (const arn of new Set(this.#input.ResourceARNList))
      for (const kind of kinds) {
        const row = findByArn(tx, kind, { arn, account, region })
        const found = row && arnAccount(arn, account) && taggedOf(kind, row)
        if (found) this.#take(found)
      }
  }

  #take(found: Tagged): boolean {
    const { arn, tags } = found
    const { ResourceTypeFilters, TagFilters, IncludeComplianceDetails } = this.#input
    if (ResourceTypeFilters?.length && !isOfTypes(ResourceTypeFilters, arn)) return true
    if (!passes(TagFilters ?? [], tags)) return true
    const details = IncludeComplianceDetails === true ? complianceOf(this.#rules, found) : undefined
    if (this.#input.ExcludeCompliantResources && details?.ComplianceStatus) return true
    if (this.mappings.length === this.#mostResources) return false
    const count = Object.keys(tags).length
    // A resource with more tags than a page may have has a page of its own.
    if (count > this.#tagsLeft && this.mappings.length > 0) return false
    this.#tagsLeft -= count
    this.mappings.push({
      ...{ ResourceARN: arn, Tags: tagPairs(tags) },
      ...(details && { ComplianceDetails: details }),
    })
    return true
  }
}

/** ARNs of buckets name no account: who looks for them has looked in the account. */
const arnAccount = (arn: string, account: string): boolean =>
  [account, ""].includes(arn.split(":")[4] ?? "")

/** All filters hold, each for its key and, if it has some, one of its values. */
const passes = (filters: NonNullable<Input["TagFilters"]>, tags: Tagged["tags"]): boolean =>
  filters.every(({ Key, Values = [] }) => {
    const value = Key === undefined || !Object.hasOwn(tags, Key) ? undefined : tags[Key]
    return value !== undefined && (Values.length === 0 || Values.includes(value))
  })

/** The words are not verified. */
function assertInput(input: Input): void {
  const { ResourcesPerPage, TagsPerPage, PaginationToken, ResourceARNList } = input
  assertWithin("ResourcesPerPage", ResourcesPerPage, RESOURCES_A_PAGE)
  assertWithin("TagsPerPage", TagsPerPage, TAGS_A_PAGE)
  if (input.ExcludeCompliantResources && !input.IncludeComplianceDetails)
    throw invalid("ExcludeCompliantResources needs IncludeComplianceDetails.")
  for (const { Key } of input.TagFilters ?? [])
    if (Key === undefined) throw invalid("A TagFilter must contain a key.")
  if (!ResourceARNList) return
  if (input.TagFilters?.length || input.ResourceTypeFilters?.length)
    throw invalid("ResourceARNList and filters cannot be given in one request.")
  if (ResourcesPerPage !== undefined || TagsPerPage !== undefined || PaginationToken)
    throw invalid("ResourceARNList and parameters of pages cannot be given in one request.")
}

function assertWithin(
  name: string,
  value: number | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (value !== undefined && !(value >= least && value <= most))
    throw invalid(`${name} must be between ${least} and ${most}.`)
}
