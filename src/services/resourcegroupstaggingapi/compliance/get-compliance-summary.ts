import { arnType } from "../../../registry/arn-type.ts"
import { onAnything, op, type In, type Out } from "../define.ts"
import { badToken } from "../errors.ts"
import { SUMMARIES_A_PAGE } from "../limits.ts"
import { isOfTypes } from "../resource/kind.ts"
import { readToken, tokenOf } from "../token.ts"
import { accountsOf, administered } from "./administration.ts"
import { audit, regionCodes, type Audited } from "./audit.ts"

type Input = In<"GetComplianceSummary">
type Summary = NonNullable<Out<"GetComplianceSummary">["SummaryList"]>[number]

export const GetComplianceSummary = op.action("GetComplianceSummary", {
  authorize: onAnything,
  async run(ctx, input, call): Promise<Out<"GetComplianceSummary">> {
    const first = readToken(input.PaginationToken, ctx.now())?.["first"] ?? 0
    if (typeof first !== "number") throw badToken()
    const { organization, accounts } = await ctx.read((tx) => {
      const organization = administered(tx, call)
      return { organization, accounts: accountsOf(tx, organization, input.TargetIdFilters) }
    })
    const regions = regionCodes(call.partition).filter(
      (region) => input.RegionFilters?.includes(region) ?? true,
    )
    const groups = new Groups(input.GroupBy ?? [], organization.rootId)
    await audit(ctx, { all: await call.resources(), accounts, regions }, (audited) => {
      if (!audited.details.ComplianceStatus && isWanted(input, audited)) groups.count(audited)
    })
    const summaries = groups.summaries(new Date(ctx.now()).toISOString())
    const end = first + Math.min(input.MaxResults ?? SUMMARIES_A_PAGE, SUMMARIES_A_PAGE)
    return {
      PaginationToken: end < summaries.length ? tokenOf({ first: end }, ctx.now()) : "",
      SummaryList: summaries.slice(first, end),
    }
  },
})

const isWanted = ({ ResourceTypeFilters, TagKeyFilters }: Input, { arn, tags }: Audited): boolean =>
  (!ResourceTypeFilters?.length || isOfTypes(ResourceTypeFilters, arn)) &&
  (TagKeyFilters ?? []).every((key) => Object.hasOwn(tags, key))

/** Counts by what the request groups by; of the whole organization where it says nothing. */
class Groups {
  readonly #by: readonly string[]
  readonly #counts = new Map<
    string,
    { of: Omit<Summary, "NonCompliantResources">; count: number }
  >()

  constructor(by: readonly string[], rootId: string) {
    this.#by = by
    if (by.length === 0)
      this.#counts.set("", { of: { TargetId: rootId, TargetIdType: "ROOT" }, count: 0 })
  }

  count({ owner: { account, region }, arn }: Audited): void {
    const { service, type } = arnType(arn)
    const of = {
      ...(this.#by.includes("TARGET_ID") && {
        ...{ TargetId: account, TargetIdType: "ACCOUNT" as const },
      }),
      ...(this.#by.includes("REGION") && { Region: region }),
      ...(this.#by.includes("RESOURCE_TYPE") && { ResourceType: `${service}:${type}` }),
    }
    const key = Object.values(of).join(" ")
    const group = this.#counts.get(key)
    if (group) group.count += 1
    else this.#counts.set(key, { of, count: 1 })
  }

  /** "The counts are sorted by those attributes." */
  summaries(LastUpdated: string): readonly Summary[] {
    return [...this.#counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { of, count }]) => ({ LastUpdated, ...of, NonCompliantResources: count }))
  }
}
