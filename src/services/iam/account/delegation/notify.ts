import { effect } from "../../../../kernel/later/later.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import { parseArn } from "../../../../registry/arn.ts"
import { receive } from "../../../../registry/receiver.ts"
import { IAM } from "../root-access/root-access.ts"
import type { DelegationRequest } from "./delegation-request.ts"
import { endOfAccess, newExchangeToken } from "./token.ts"

export interface Told {
  readonly topic: string
  readonly message: Readonly<Record<string, string>>
  /** The request whose exchange token goes with it: it is made when it is sent, and not kept. */
  readonly token?: string | undefined
}

const tell = effect<Told>("iam/tell-partner")

/** The names of the members are AWS's ("Notification Message Format"). */
const messageOf = (request: DelegationRequest): Readonly<Record<string, string>> => ({
  RequestorWorkflowId: request.workflowId,
  RequestId: request.id,
  State: request.state,
  ...(request.ownerAccount !== undefined && { OwnerAccountId: request.ownerAccount }),
  UpdatedAt: new Date(request.updatedMs).toISOString(),
})

/** Tells the partner's topic of a request's new state, in the order of the changes. */
export function notifyState(tx: WriteTx, request: DelegationRequest): void {
  const { topic, id } = request
  tx.emit(
    tell,
    { topic, message: { ...messageOf(request), Type: "StateChange" } },
    { as: IAM, orderKey: id },
  )
}

export function notifyToken(tx: WriteTx, request: DelegationRequest): void {
  const ExpiresAt = new Date(endOfAccess(request)).toISOString()
  const message = { ...messageOf(request), ExpiresAt, Type: "ExchangeToken" }
  tx.emit(
    tell,
    { topic: request.topic, message, token: request.id },
    { as: IAM, orderKey: request.id },
  )
}

/** How often it is tried is not documented. */
const RETRY = { attempts: 4, backoffMs: [1_000, 5_000, 30_000] } as const

/** "If the topic policy is not correctly configured, you will not receive" anything. */
export const tellPartner = receive(tell, {
  async perform(ctx, { topic, message, token }) {
    const { account = "", region = "" } = parseArn(topic) ?? {}
    const secret =
      token === undefined ? undefined : await ctx.write((tx) => newExchangeToken(tx, token))
    const Message = JSON.stringify({
      ...message,
      ...(secret !== undefined && { ExchangeToken: secret }),
    })
    await ctx.call({
      ...{ service: "sns", operation: "Publish", account, region, as: IAM },
      input: { TopicArn: topic, Message },
    })
  },
  retry: RETRY,
})
