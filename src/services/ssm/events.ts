import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { bridgeOf, type BridgeEvent } from "../../registry/event-bridge.ts"
import { SSM } from "./define.ts"
import { arnOf, latest, type Parameter } from "./parameter/parameter.ts"
import type { ParameterPolicy } from "./policy/policies.ts"

/** What EventBridge is told ("Setting up notifications … based on Parameter Store events"). */
const { tellBridge, onTellBridge } = bridgeOf("ssm", SSM)
export { onTellBridge }

export type ParameterChange = "Create" | "Update" | "Delete" | "LabelParameterVersion"

/** To be called while the parameter is there: the event says what it is. */
export function tellChange(tx: WriteTx, parameter: Parameter, operation: ParameterChange): void {
  const { type, dataType, description } = latest(tx, parameter)
  const detail = {
    ...{ operation, name: parameter.name, type },
    ...(description !== undefined && { description }),
    // AWS's example of an image has it, those of text have not.
    ...(dataType !== "text" && { dataType }),
  }
  tell(tx, parameter, { type: "Parameter Store Change", detail })
}

/** What a policy did at its time, or is about to do. */
export function tellPolicy(tx: WriteTx, parameter: Parameter, policy: ParameterPolicy): void {
  const detail = {
    ...{ "parameter-name": parameter.name, "parameter-type": latest(tx, parameter).type },
    ...{ "policy-type": policy.type, "policy-content": policy.text },
    ...{ "action-status": "Success", "action-reason": reasonOf(tx, parameter, policy) },
  }
  tell(tx, parameter, { type: "Parameter Store Policy Action", detail })
}

/** AWS gives an example of the notice of no change; the words of the others are not verified. */
function reasonOf(tx: ReadTx, parameter: Parameter, { type, text }: ParameterPolicy): string {
  const { modifiedMs, policies } = latest(tx, parameter)
  const since = `based on the policy created at ${new Date(modifiedMs).toISOString()}`
  const { Attributes: given } = JSON.parse(text) as { Attributes: Record<string, string> }
  const unit = String(given["Unit"]).toLowerCase()
  if (type === "NoChangeNotification")
    return `The parameter has not been changed for ${given["After"]} ${unit}. This notification was generated ${since}`
  const endMs = policies.find((one) => one.type === "Expiration")?.atMs ?? tx.now
  if (type === "Expiration") return `The parameter has been deleted ${since}`
  return `The parameter will expire at ${new Date(endMs).toISOString()}. This notification was generated ${since}`
}

function tell(
  tx: WriteTx,
  parameter: Parameter,
  { type, detail }: Pick<BridgeEvent, "type" | "detail">,
): void {
  const { account, region, key } = parameter
  const event = { account, region, time: tx.now, type, arn: arnOf(parameter), detail }
  tx.emit(tellBridge, event, { orderKey: `${account} ${region} ${key}` })
}
