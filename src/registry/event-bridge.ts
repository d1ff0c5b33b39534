import { effect, type Effect } from "../kernel/later/later.ts"
import { AwsError } from "../protocols/aws-error.ts"
import { receive, type GuardedReceiver } from "./receiver.ts"

/** An event for the default bus of its account and Region. */
export interface BridgeEvent {
  readonly account: string
  readonly region: string
  /** Epoch milliseconds. */
  readonly time: number
  /** Its `detail-type`. */
  readonly type: string
  /** Of what it is about. */
  readonly arn: string
  readonly detail: object
}

export interface Bridge {
  /** To be emitted. */
  readonly tellBridge: Effect<BridgeEvent>
  readonly onTellBridge: GuardedReceiver<BridgeEvent>
}

/** `bridgeOf("acm", "acm.amazonaws.com")`: how a service tells EventBridge what is of `aws.acm`. */
export function bridgeOf(service: string, as: string): Bridge {
  const tellBridge = effect<BridgeEvent>(`${service}/tellBridge`)
  const onTellBridge = receive(tellBridge, {
    async perform(ctx, { account, region, time, type, arn, detail }) {
      const entry = { Source: `aws.${service}`, DetailType: type, Detail: JSON.stringify(detail) }
      const input = { Entries: [{ ...entry, Time: time, Resources: [arn] }] }
      const target = { service: "events", operation: "PutEvents", input, account, region }
      try {
        await ctx.call({ ...target, as, sourceArn: arn, sourceAccount: account })
      } catch (error) {
        // Where there is no EventBridge nobody can have a rule that waits for the event.
        if (!(error instanceof AwsError) || error.code !== "NotImplemented") throw error
      }
    },
    retry: { attempts: 4, backoffMs: [1_000, 5_000, 30_000] },
  })
  return { tellBridge, onTellBridge }
}
