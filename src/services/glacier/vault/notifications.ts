import { parseArn } from "../../../registry/arn.ts"
import { onVault } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalid, missing, noNotifications } from "../errors.ts"
import { changeVault, findVault, vaultArn } from "./vault.ts"

const EVENTS: ReadonlySet<string> = Object.freeze(
  new Set(["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]),
)

/** Throws InvalidParameterValueException: whether the topic is there nobody asks. */
export function assertTopic(topic: string): void {
  if (parseArn(topic)?.service !== "sns") throw invalid(`Invalid SNS topic ARN: ${topic}`)
}

export const SetVaultNotifications = op.write("SetVaultNotifications", {
  authorize: onVault,
  run(tx, input, call): Out<"SetVaultNotifications"> {
    const vault = findVault(tx, input, call)
    const { SNSTopic: topic, Events: events = [] } = input.vaultNotificationConfig ?? {}
    if (topic === undefined) throw missing("SNSTopic")
    if (events.length === 0) throw missing("Events")
    assertTopic(topic)
    for (const event of events)
      if (!EVENTS.has(event)) throw invalid(`Invalid notification event: ${event}`)
    changeVault(tx, vault, { notifications: { topic, events: [...new Set(events)] } })
    return {}
  },
})

export const GetVaultNotifications = op.read("GetVaultNotifications", {
  authorize: onVault,
  run(tx, input, call): Out<"GetVaultNotifications"> {
    const vault = findVault(tx, input, call)
    if (!vault.notifications) throw noNotifications(vaultArn(vault))
    const { topic: SNSTopic, events } = vault.notifications
    return { vaultNotificationConfig: { SNSTopic, Events: [...events] } }
  },
})

export const DeleteVaultNotifications = op.write("DeleteVaultNotifications", {
  authorize: onVault,
  run(tx, input, call): Out<"DeleteVaultNotifications"> {
    changeVault(tx, findVault(tx, input, call), { notifications: undefined })
    return {}
  },
})
