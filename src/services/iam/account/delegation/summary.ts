import { actionsOf, expandActions } from "../../../../iam/actions/actions.ts"
import { policyOrNothing, type Statement } from "../../../../iam/policy/document.ts"
import { parseArn } from "../../../../registry/arn.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { op, type Out } from "../../define.ts"
import { accessToRequest } from "./access.ts"
import { findRequest, type DelegationRequest } from "./delegation-request.ts"
import { noSummaryOf } from "./errors.ts"

const DEFAULT_LOCALE = "en"
/** What the model lets a summary have. */
const LONGEST = 10_000

/**
 * AWS lets a language model write the summary. Here it is made of AWS's list of actions, so it says
 * the same of the same policy, and only what the policy says; in English only.
 */
export const GetHumanReadableSummary = op.read("GetHumanReadableSummary", {
  authorize: (tx, { EntityArn }, call) => accessToRequest(requestOfArn(tx, EntityArn), call),
  run(tx, { EntityArn, Locale = DEFAULT_LOCALE }): Out<"GetHumanReadableSummary"> {
    const request = requestOfArn(tx, EntityArn)
    if (!/^en(?:[-_]|$)/i.test(Locale)) return { Locale, SummaryState: "NOT_SUPPORTED" }
    const SummaryContent = summaryOf(request).slice(0, LONGEST)
    return { SummaryContent, Locale, SummaryState: "AVAILABLE" }
  },
})

/** Throws InvalidInput for what is no request's ARN, NoSuchEntity. */
function requestOfArn(tx: ReadTx, arn: string): DelegationRequest {
  const { service, resource = "" } = parseArn(arn) ?? {}
  const id = /^delegation-request\/([\w-]+)$/.exec(resource)?.[1]
  if (service !== "iam" || id === undefined) throw noSummaryOf(arn)
  return findRequest(tx, id)
}

function summaryOf({ requestorName, sessionSeconds, policy, boundaries }: DelegationRequest) {
  const statements = policyOrNothing(policy, { kind: "session" })?.statements ?? []
  return [
    `${requestorName} asks for temporary access for ${durationOf(sessionSeconds)}, limited to what the approver may do:`,
    ...statements.map((statement) => `- ${sentenceOf(statement)}`),
    ...boundaries.map((arn) => `Roles that it creates stay after that, limited by ${arn}.`),
  ].join("\n")
}

function durationOf(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes % 60 === 0 ? plural(minutes / 60, "hour") : plural(minutes, "minute")
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

function sentenceOf(statement: Statement): string {
  const { effect, action, notAction, resource, notResource, conditions } = statement
  const what = action ? servicesIn(action) : `everything but ${(notAction ?? []).join(", ")}`
  const on = resource?.includes("*")
    ? "all resources"
    : resource
      ? resource.join(", ")
      : `all resources but ${(notResource ?? []).join(", ")}`
  const when = conditions.map(
    ({ operator, key, values }) => `${key} ${operator} ${values.join(", ")}`,
  )
  const verb = effect === "Allow" ? "Allows" : "Denies"
  return `${verb} ${what} on ${on}${when.length > 0 ? `, if ${when.join(" and ")}` : ""}.`
}

/** Actions by service, with what kind of access they are. */
function servicesIn(patterns: readonly string[]): string {
  if (patterns.includes("*")) return "all actions of all services"
  const byService = new Map<string, string[]>()
  for (const pattern of patterns) {
    const prefix = pattern.slice(0, Math.max(0, pattern.indexOf(":")))
    const name = pattern.slice(prefix.length + 1)
    const levels = new Set(expandActions(pattern).map(({ level }) => level.toLowerCase()))
    const kinds = levels.size > 0 ? ` (${[...levels].toSorted().join(", ")})` : ""
    byService.set(prefix, [...(byService.get(prefix) ?? []), `${name}${kinds}`])
  }
  return [...byService]
    .map(([prefix, names]) => `${names.join(", ")} of ${actionsOf(prefix)?.title ?? prefix}`)
    .join("; ")
}
