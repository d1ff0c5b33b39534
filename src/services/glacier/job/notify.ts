import { effect } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { receive } from "../../../registry/receiver.ts"
import { GLACIER, type Out } from "../define.ts"
import { vaultArn, type Vault } from "../vault/vault.ts"
import { describe } from "./describe.ts"
import type { RetrievalJob } from "./job.ts"

interface Told {
  readonly topic: string
  readonly message: string
}

const tell = effect<Told>("glacier/tell")

/** Tells of the end of a job: the job's own topic, and the vault's ("Glacier sends both notifications"). */
export function notify(tx: WriteTx, vault: Vault, ended: RetrievalJob): void {
  const topics = [ended.topic]
  // "Set Vault Notification Configuration": no event is of queries.
  const event = `${ended.archive ? "Archive" : "Inventory"}RetrievalCompleted`
  if (!ended.select && vault.notifications?.events.includes(event))
    topics.push(vault.notifications.topic)
  for (const topic of topics) {
    if (topic === undefined) continue
    const message = JSON.stringify(messageOf(describe(ended), topic))
    const by = { as: GLACIER, sourceArn: vaultArn(vault), sourceAccount: vault.account }
    tx.emit(tell, { topic, message }, by)
  }
}

/** "The same output as returned from Describe Job"; what there is none of is null (documented). */
const messageOf = (described: Out<"DescribeJob">, topic: string) => ({
  ...{ Action: null, ArchiveId: null, ArchiveSHA256TreeHash: null, ArchiveSizeInBytes: null },
  ...{ Completed: true, CompletionDate: null, CreationDate: null },
  ...{ InventoryRetrievalParameters: null, InventorySizeInBytes: null, JobDescription: null },
  ...{ JobId: null, RetrievalByteRange: null, SHA256TreeHash: null },
  ...{ StatusCode: null, StatusMessage: null, Tier: null, VaultARN: null },
  ...described,
  SNSTopic: topic,
})

/** How often it is tried is not documented. */
const RETRY = { attempts: 4, backoffMs: [1_000, 5_000, 30_000] } as const

export const onTell = receive(tell, {
  async perform(ctx, { topic, message }, { sourceArn, sourceAccount }) {
    const { account = "", region = "" } = parseArn(topic) ?? {}
    await ctx.call({
      ...{ service: "sns", operation: "Publish", account, region, as: GLACIER },
      ...{ sourceArn, sourceAccount },
      input: { TopicArn: topic, Message: message },
    })
  },
  retry: RETRY,
})
