import type { ActionContext } from "../../../kernel/action.ts"
import { job, type Job } from "../../../kernel/later/later.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { isTemporary } from "../errors.ts"
import { RETRY_MS } from "../limits.ts"

/** A place that is down is tried again so many times. */
const ATTEMPTS = 60

export interface Delivery {
  readonly attempt?: number
}

/**
 * Work that brings something to where its owner may refuse it: that is not delivered. Where it is
 * down it is tried again, and done again after a crash.
 */
export function deliveryJob<Args extends Delivery>(
  name: string,
  deliver: (ctx: ActionContext, args: Args) => Promise<void>,
): Job<Args> {
  const own: Job<Args> = job(name, {
    async perform(ctx, args) {
      try {
        await deliver(ctx, args)
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        const { attempt = 0 } = args
        if (!isTemporary(error) || attempt >= ATTEMPTS) return
        const again = { ...args, attempt: attempt + 1 }
        await ctx.write((tx) => void tx.schedule(own, again, tx.now + RETRY_MS))
      }
    },
  })
  return own
}
