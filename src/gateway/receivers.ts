import type { AccessDecider, AccessRequest } from "../iam/access.ts"
import type { Delivery, Receiver } from "../kernel/later/later.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { GuardedReceiver } from "../registry/receiver.ts"
import { accessDenied } from "./errors.ts"

/** A receiver that asks, before each delivery, whether the service that sends it may. */
export function guarded(
  receiver: GuardedReceiver<object>,
  decide: AccessDecider,
): Receiver<object> {
  const { run, perform } = receiver
  if (!receiver.authorize) return receiver
  const check = (tx: ReadTx, payload: object, delivery: Delivery): void => {
    const asked = receiver.authorize?.(tx, payload, delivery)
    if (!asked) return
    const requests = Array.isArray(asked) ? (asked as AccessRequest[]) : [asked as AccessRequest]
    for (const request of requests) admit(tx, { decide, request, delivery })
  }
  return {
    ...receiver,
    ...(run && {
      run(tx, payload, delivery) {
        check(tx, payload, delivery)
        run(tx, payload, delivery)
      },
    }),
    ...(perform && {
      async perform(ctx, payload, delivery) {
        await ctx.read((tx) => check(tx, payload, delivery))
        await perform(ctx, payload, delivery)
      },
    }),
  }
}

interface Admission {
  readonly decide: AccessDecider
  readonly request: AccessRequest
  readonly delivery: Delivery
}

function admit(tx: ReadTx, { decide, request, delivery }: Admission): void {
  const { as: name = "", sourceArn, sourceAccount } = delivery
  const decision = decide(tx, {
    principal: { type: "service", account: sourceAccount ?? request.owner, name },
    request,
    region: request.resource.split(":")[3] || "us-east-1",
    sourceIp: undefined,
    secure: true,
    source: { arn: sourceArn, account: sourceAccount },
  })
  if (!decision.allowed) throw accessDenied(name, request, decision.reason)
}
