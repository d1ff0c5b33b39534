import { tagRulesOf, type TagRule } from "../../organizations/port.ts"
import { onAnything, op, type Out } from "../define.ts"
import { badToken } from "../errors.ts"
import { REQUIRED_A_PAGE } from "../limits.ts"
import { readToken, tokenOf } from "../token.ts"
import { requiredTypes, type RequiredType } from "./required-type.ts"

type RequiredTag = NonNullable<Out<"ListRequiredTags">["RequiredTags"]>[number]

/** The types of resources that the account's tag policy wants tags of, in their order. */
export const ListRequiredTags = op.read("ListRequiredTags", {
  authorize: onAnything,
  run(tx, { NextToken, MaxResults = REQUIRED_A_PAGE }, { account }): Out<"ListRequiredTags"> {
    const last = readToken(NextToken, tx.now)?.["last"]
    if (NextToken && typeof last !== "string") throw badToken()
    const left = required(tagRulesOf(tx, account)).filter(
      ({ ResourceType = "" }) => typeof last !== "string" || ResourceType > last,
    )
    const RequiredTags = left.slice(0, MaxResults)
    if (left.length === RequiredTags.length) return { RequiredTags }
    return { RequiredTags, NextToken: tokenOf({ last: RequiredTags.at(-1)?.ResourceType }, tx.now) }
  },
})

interface Wanted extends RequiredType {
  readonly keys: Set<string>
}

function required(rules: readonly TagRule[]): readonly RequiredTag[] {
  const wanted = new Map<string, Wanted>()
  for (const { key, requiredFor } of rules)
    for (const one of requiredFor.flatMap(requiredTypes)) {
      const known = wanted.get(one.type)
      if (known) known.keys.add(key)
      else wanted.set(one.type, { ...one, keys: new Set([key]) })
    }
  return [...wanted.values()]
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
    .map(({ type, cloudFormation, keys }) => ({
      ...{ ResourceType: type, ReportingTagKeys: [...keys] },
      ...(cloudFormation.length > 0 && { CloudFormationResourceTypes: [...cloudFormation] }),
    }))
}
