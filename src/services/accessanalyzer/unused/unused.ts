import { findAction } from "../../../iam/actions/actions.ts"
import { actionsIn } from "../../../iam/analysis/action-set.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"
import type { EntityUsage } from "../../iam/port.ts"
import type { Unused, UnusedService } from "./unused-finding.ts"

/**
 * What of a user or role was not used since then. Entities, keys and passwords must "have existed
 * for the entire tracking period"; permissions are looked at of those that are in use ("Findings
 * for unused access").
 */
export function unusedOf(usage: EntityUsage, sinceMs: number): readonly Unused[] {
  const { kind, createdMs, usedMs, keys, passwordMs, uses, isServiceLinked } = usage
  if (isServiceLinked || createdMs > sinceMs) return []
  const found: Unused[] = []
  if (kind === "role" && isOld(usedMs, sinceMs)) return [{ type: "UnusedIAMRole", usedMs }]
  for (const key of keys)
    if (key.createdMs <= sinceMs && isOld(key.usedMs, sinceMs))
      found.push({
        type: "UnusedIAMUserAccessKey",
        accessKeyId: key.id,
        usedMs: key.usedMs,
      })
  if (passwordMs !== undefined && passwordMs <= sinceMs)
    found.push({ type: "UnusedIAMUserPassword" })
  const isInUse = uses.some((use) => !isOld(use.usedMs, sinceMs))
  const services = isInUse ? unusedServices(usage, sinceMs) : []
  if (services.length > 0) found.push({ type: "UnusedPermission", services })
  return found
}

const isOld = (usedMs: number | undefined, sinceMs: number): boolean =>
  usedMs === undefined || usedMs < sinceMs

/** By namespace, in order; actions by name. */
function unusedServices({ policies, uses }: EntityUsage, sinceMs: number): UnusedService[] {
  const last = new Map<string, number>()
  for (const { service, action, usedMs } of uses)
    last.set(`${service}:${action}`.toLowerCase(), usedMs)
  const allowed = Map.groupBy(allowedActions(policies), (name) => name.split(":")[0] ?? "")
  const found: UnusedService[] = []
  for (const [namespace, names] of [...allowed].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const usedMs = last.get(`${namespace}:`)
    if (isOld(usedMs, sinceMs)) {
      found.push({ namespace, usedMs })
      continue
    }
    const actions = names
      .filter((name) => isOld(last.get(name), sinceMs))
      .map((name) => ({ name: nameOf(namespace, name), usedMs: last.get(name) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    if (actions.length > 0) found.push({ namespace, usedMs, actions })
  }
  return found
}

/** What policies allow in any way, in lower case; a Deny of them takes nothing away here. */
function allowedActions(policies: readonly string[]): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const text of policies)
    for (const statement of policyOrNothing(text, { kind: "identity" })?.statements ?? [])
      if (statement.effect === "Allow") for (const name of actionsIn(statement)) allowed.add(name)
  return allowed
}

/** `sqs:sendmessage` → `SendMessage`, as AWS writes it. */
const nameOf = (namespace: string, action: string): string =>
  findAction(action)?.name ?? action.slice(namespace.length + 1)
