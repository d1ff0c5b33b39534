import { accessFault } from "../../iam/actions/access-fault.ts"
import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Models } from "../../models/load.ts"
import type { CallObserver } from "../../registry/call-record.ts"
import type { Service } from "../../registry/service.ts"
import { missingKeys, type AskedOf } from "./missing-key.ts"

/** Looks on while operations ask the policy engine. */
export interface AccessAudit {
  /** Told of what an operation asks, in the transaction that decides. */
  readonly asked: (tx: ReadTx, asked: AskedOf, requests: readonly AccessRequest[]) => void
  /** Told of the call once it is answered. */
  readonly observe: CallObserver
}

export interface AuditParts {
  readonly models: Models
  /** A service that is loaded. */
  readonly service: (id: string) => Service | undefined
  readonly report: (what: string, error: unknown) => void
}

/**
 * Holds what operations ask of the policy engine against AWS's list of actions and reports what is
 * not there: an action that the operation has not, a resource that the action is not about, a
 * condition key that it does not know; and what is too little: a key that it should carry.
 */
export function accessAudit({ models, service: find, report }: AuditParts): AccessAudit {
  const faults = new WeakMap<AccessRequest, string>()
  const missingKey = missingKeys()
  return {
    asked(tx, asked, requests) {
      const resources = find(asked.call.service)?.resources ?? []
      for (const request of requests) {
        const fault = missingKey(tx, request, { ...asked, resources })
        if (fault !== undefined) faults.set(request, fault)
      }
    },
    observe({ service, operation, decisions, error }) {
      // What a caller names wrongly is asked about before it is refused: that is no fault of ours.
      if (error) return
      if (service === undefined || operation === undefined || decisions.length === 0) return
      const signingName = models.serviceIndex().byId.get(service)?.signingName ?? service
      const asked = decisions.map(({ question }) => question.request)
      const fault =
        accessFault({ signingName, operation }, asked) ??
        asked.map((request) => faults.get(request)).find((one) => one !== undefined)
      if (fault !== undefined) report(`${service} ${operation}`, fault)
    },
  }
}
