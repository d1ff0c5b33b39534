import { operationActions } from "../../iam/actions/operation-actions.ts"
import { BoundedMap } from "../../kernel/derived.ts"
import type { World } from "../../kernel/world.ts"
import type { Models } from "../../models/load.ts"
import type { Call } from "../../registry/call.ts"
import type { CallObserver } from "../../registry/call-record.ts"
import { recordUse, SPAN_MS, userOf, type Use } from "../../services/iam/port.ts"
import { reportUnasked } from "./unasked.ts"

/** More keys and actions than are busy in a quarter of an hour. */
const KEPT = 10_000

/**
 * Keeps when access keys, roles, services and actions were last used. A use that is repeated within
 * its span costs one look-up; another is written after the answer, so no caller waits for it.
 */
export function useRecorder(
  world: World,
  models: Models,
  report: (what: string, error: unknown) => void,
): CallObserver {
  const failed = reportUnasked("recording a use", report)
  const freshUntil = new BoundedMap<string, number>(KEPT)
  return ({ call, decisions }) => {
    if (!call) return
    const user = userOf(call.principal)
    if (user === undefined) return
    const asked = decisions[0]?.question.request.action ?? plainAction(models, call)
    const key = `${user} ${asked}`
    const now = world.clock.now()
    if (now < (freshUntil.get(key) ?? 0)) return
    freshUntil.set(key, now + SPAN_MS)
    const colon = asked.indexOf(":")
    const [service, action] = [asked.slice(0, colon), asked.slice(colon + 1)]
    const { principal, region } = call
    record(world, { principal, service, action, region }).then(
      (until) => freshUntil.set(key, until),
      failed,
    )
  }
}

/** The action of an operation that ended before it asked for one, or asks for none. */
function plainAction(models: Models, { service, operation }: Call): string {
  const signingName = models.serviceIndex().byId.get(service)?.signingName ?? service
  return operationActions({ signingName, operation })[0] ?? `${service}:${operation}`
}

/** What is thrown at once is a rejection too. */
const record = async (world: World, use: Use): Promise<number> =>
  world.write((tx) => recordUse(tx, use))
