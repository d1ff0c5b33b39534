import type { ActionContext } from "../../../kernel/action.ts"
import { regionsOf } from "../../../kernel/places.ts"
import type { ServiceResource } from "../../../registry/call.ts"
import { tagRulesOf } from "../../organizations/port.ts"
import { kindsIn, type Tagged } from "../resource/kind.ts"
import { walk, type Owner } from "../resource/walk.ts"
import { complianceOf, type ComplianceDetails } from "./details.ts"

/** A tagged resource of an organization, and whether its tags comply. */
export interface Audited extends Tagged {
  readonly owner: Owner
  readonly details: ComplianceDetails
}

/** What is audited. */
export interface Scope {
  readonly all: readonly ServiceResource[]
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
}

export const regionCodes = (partition: string): readonly string[] =>
  regionsOf(partition).map(({ code }) => code)

/** Shows all tagged resources of the accounts, account by account and Region by Region. */
export async function audit(
  ctx: ActionContext,
  { all, accounts, regions }: Scope,
  show: (audited: Audited) => void,
): Promise<void> {
  for (const account of accounts) {
    const rules = await ctx.read((tx) => tagRulesOf(tx, account))
    for (const region of regions) {
      const owner = { account, region }
      await walk(ctx, {
        ...{ kinds: kindsIn(all, region), owner },
        take(found): true {
          show({ ...found, owner, details: complianceOf(rules, found) })
          return true
        },
      })
    }
  }
}
