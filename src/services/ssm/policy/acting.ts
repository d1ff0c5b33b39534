import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { tellPolicy } from "../events.ts"
import {
  latest,
  parameters,
  removeParameter,
  versions,
  type Parameter,
} from "../parameter/parameter.ts"
import { timeOf } from "./policies.ts"

interface PolicyRef {
  readonly account: string
  readonly region: string
  readonly key: string
  readonly id: number
  readonly version: number
  /** Index of the policy. */
  readonly policy: number
}

/** A policy's time has come, unless the parameter has changed since: then it has its own time. */
export const actJob = job<PolicyRef>("ssm/act", {
  run(tx, ref) {
    const parameter = tx.get(parameters, [ref.account, ref.region, ref.key])
    if (parameter?.id !== ref.id || parameter.version !== ref.version) return
    const version = latest(tx, parameter)
    const policy = version.policies[ref.policy]
    if (!policy) return
    tellPolicy(tx, parameter, policy)
    if (policy.type === "Expiration") return removeParameter(tx, parameter)
    const policies = version.policies.map((one) =>
      one === policy ? { ...one, isDone: true } : one,
    )
    tx.replace(versions, version, { ...version, policies })
  },
})

/** Plans what the policies of the latest version do; gives the parameter with its timers. */
export function planned(tx: WriteTx, parameter: Parameter): Parameter {
  for (const timer of parameter.timers) tx.cancel(timer)
  const { account, region, key, id, version } = parameter
  const current = latest(tx, parameter)
  const timers = current.policies.flatMap((policy, index) => {
    const at = timeOf(policy, current)
    if (at === undefined) return []
    const ref = { account, region, key, id, version, policy: index }
    return [tx.schedule(actJob, ref, Math.max(at, tx.now))]
  })
  return { ...parameter, timers }
}
