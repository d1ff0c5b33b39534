import { accessFault } from "../iam/actions/access-fault.ts"
import type { Models } from "../models/load.ts"
import type { CallObserver } from "../registry/call-record.ts"

/**
 * Holds what operations ask of the policy engine against AWS's list of actions and reports what is
 * not there: an action that the operation has not, a resource that the action is not about, a
 * condition key that it does not know.
 */
export function accessAudit(
  models: Models,
  report: (what: string, error: unknown) => void,
): CallObserver {
  return ({ service, operation, decisions, error }) => {
    // What a caller names wrongly is asked about before it is refused: that is no fault of ours.
    if (error) return
    if (service === undefined || operation === undefined || decisions.length === 0) return
    const signingName = models.serviceIndex().byId.get(service)?.signingName ?? service
    const asked = decisions.map(({ question }) => question.request)
    const fault = accessFault({ signingName, operation }, asked)
    if (fault !== undefined) report(`${service} ${operation}`, fault)
  }
}
