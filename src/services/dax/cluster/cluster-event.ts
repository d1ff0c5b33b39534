import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { DAX } from "../define.ts"
import { note } from "../event/event.ts"
import { clusterArn, type Cluster } from "./cluster.ts"

interface Notice {
  readonly account: string
  readonly region: string
  readonly topicArn: string
  readonly clusterArn: string
  readonly message: string
}

/** Notes what happened to a cluster, and tells its topic. */
export function noteCluster(tx: WriteTx, cluster: Cluster, message: string): void {
  const { account, region, name, topic } = cluster
  note(tx, { account, region, sourceType: "CLUSTER", sourceName: name, message })
  if (!topic?.active) return
  const notice = { account, region, topicArn: topic.arn, clusterArn: clusterArn(cluster), message }
  tx.schedule(notify, notice, tx.now)
}

/** A topic that cannot be told changes nothing for the cluster. */
export const notify = job<Notice>("dax/notify", {
  async perform(ctx, { account, region, topicArn, clusterArn: sourceArn, message }) {
    try {
      await ctx.call({
        ...{ service: "sns", operation: "Publish", as: DAX, account, region, sourceArn },
        sourceAccount: account,
        input: { TopicArn: topicArn, Message: message },
      })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
    }
  },
})
