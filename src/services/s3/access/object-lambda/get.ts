import type { ActionContext } from "../../../../kernel/action.ts"
import { Verbatim } from "../../../../registry/verbatim.ts"
import type { Call } from "../../../../registry/call.ts"
import { serviceUnavailable } from "../../errors.ts"
import { LIMIT_MS, meetingOf, outputRoute, tokenText, writtenAnswers } from "./answer.ts"
import { lambdaResponseNotReceived, lambdaTimeout } from "./errors.ts"
import { invoke } from "./invoke.ts"
import type { Plan } from "./plan.ts"

/**
 * Has the function answer a GET by WriteGetObjectResponse. What it returns is ignored; that it does,
 * or fails, is the end where no answer was written before.
 */
export async function transformedGet(
  ctx: ActionContext,
  plan: Plan,
  call: Call,
): Promise<Verbatim> {
  const { point, functionArn, id } = plan
  const token = { point, id }
  const written = ctx.receive(writtenAnswers, meetingOf(token), ctx.now() + LIMIT_MS)
  const getObjectContext = {
    inputS3Url: plan.urlAt(ctx.outside.now()),
    outputRoute: outputRoute(point.region),
    outputToken: tokenText(token),
  }
  const failed = (error: unknown): void =>
    void ctx.handOver(writtenAnswers, meetingOf(token), { kind: "error", error })
  invoke(ctx, call, { functionArn, event: { ...plan.event, getObjectContext } }).then(
    () => failed(lambdaResponseNotReceived()),
    failed,
  )
  const answer = await written
  if (!answer) throw ctx.signal.aborted ? serviceUnavailable() : lambdaTimeout()
  if (answer.kind === "error") throw answer.error
  return new Verbatim({ status: answer.status, output: { ...answer.output } })
}
