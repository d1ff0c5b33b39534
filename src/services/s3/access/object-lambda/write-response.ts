import type { ActionContext } from "../../../../kernel/action.ts"
import type { ByteStream } from "../../../../kernel/wire.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { WholeBody } from "../../../../protocols/body-text.ts"
import type { Call } from "../../../../registry/call.ts"
import { op, type In, type Out } from "../../define.ts"
import { accessDenied } from "../../errors.ts"
import {
  LIMIT_MS,
  meetingOf,
  outputRoute,
  passedOn,
  readToken,
  Relay,
  writtenAnswers,
  type OutputToken,
  type WrittenAnswer,
} from "./answer.ts"
import { lambdaKeys } from "./access.ts"
import { lambdaInvalidResponse, lambdaTimeout, validationError } from "./errors.ts"
import { OBJECT_LAMBDA, objectLambdaArn } from "./point.ts"

type Input = In<"WriteGetObjectResponse">

/** Passes an answer to the GET that waits for it, and says so when the last byte is taken. */
export const WriteGetObjectResponse = op.action("WriteGetObjectResponse", {
  authorize(_tx, input, call) {
    const { point } = tokenOf(input)
    const resource = objectLambdaArn(point)
    const action = `${OBJECT_LAMBDA}:WriteGetObjectResponse`
    return { action, resource, owner: point.account, context: lambdaKeys(call) }
  },
  async run(ctx, input, call): Promise<Out<"WriteGetObjectResponse">> {
    const token = tokenOf(input)
    assertOwn(token, call)
    const wrong = whatIsWrong(input)
    if (wrong !== undefined) {
      // "Returned to the original caller when WriteGetObjectResponse responds with ValidationError".
      const error = lambdaInvalidResponse(wrong)
      ctx.handOver(writtenAnswers, meetingOf(token), { kind: "error", error })
      throw validationError(wrong)
    }
    const bytes = await pass(ctx, token, input)
    const { account, region } = token.point
    const resource = objectLambdaArn(token.point)
    await ctx.write((tx) =>
      tx.meter("s3:object-lambda-bytes", { account, region, resource }, bytes),
    )
    return {}
  },
})

/** Gives the number of bytes. */
async function pass(ctx: ActionContext, token: OutputToken, input: Input): Promise<number> {
  const { Body: body } = input
  const meeting = meetingOf(token)
  const answer = (from: ByteStream | undefined): WrittenAnswer => ({
    ...{ kind: "object", status: input.StatusCode ?? OK },
    output: { ...forwarded(input), ...(from && { Body: from }) },
  })
  const failure = errorIn(input)
  if (failure || body === undefined || body instanceof WholeBody) {
    const whole: WrittenAnswer = failure ? { kind: "error", error: failure } : answer(body)
    if (!ctx.handOver(writtenAnswers, meeting, whole)) throw spent()
    return body instanceof WholeBody ? body.bytes.length : 0
  }
  const relay = new Relay(body, (bytes) => void ctx.handOver(passedOn, meeting, { bytes }))
  const through = ctx.receive(passedOn, meeting, ctx.now() + LIMIT_MS)
  if (!ctx.handOver(writtenAnswers, meeting, answer(relay))) {
    ctx.handOver(passedOn, meeting, { bytes: 0 })
    throw spent()
  }
  const done = await through
  if (done) return done.bytes
  relay.cut(lambdaTimeout())
  throw validationError("The response was not completed in time.")
}

/** "… the request token is a single use token"; the words are ours. */
const spent = (): AwsError =>
  validationError("The request token is not valid: it was used before, or its request has ended.")

/** Throws ValidationError. */
function tokenOf({ RequestToken, RequestRoute }: Input): OutputToken {
  const token = readToken(RequestToken)
  if (!token || RequestRoute !== outputRoute(token.point.region))
    throw validationError("The request route and token are not those of a request.")
  return token
}

/** "… it does need to be made by an identity in the same account"; which error is not documented. */
function assertOwn({ point }: OutputToken, { account, region }: Call): void {
  if (account !== point.account || region !== point.region) throw accessDenied()
}

const OK = 200
/** "WriteGetObjectResponse", of StatusCode. */
const STATUSES: ReadonlySet<number> = Object.freeze(
  new Set([200, 206, 304, 400, 401, 403, 404, 405, 409, 411, 412, 416, 500, 503]),
)

/** The rules of "WriteGetObjectResponse"; the words are ours. */
function whatIsWrong({
  StatusCode: status = OK,
  ErrorCode: code,
  ErrorMessage: message,
  Body: body,
}: Input): string | undefined {
  if (!STATUSES.has(status)) return `The status code ${status} is not valid.`
  if (code === undefined && message === undefined) return undefined
  if (status < 300) return "An error code cannot be used with a successful status code."
  if (code !== undefined && !/^[A-Z][a-zA-Z]+$/.test(code)) return "The error code is not valid."
  const isEmpty = body === undefined || (body instanceof WholeBody && body.bytes.length === 0)
  return isEmpty ? undefined : "An error code cannot be used with a body."
}

function errorIn({ StatusCode: status, ErrorCode: code, ErrorMessage: message }: Input) {
  if (code === undefined && message === undefined) return undefined
  return new AwsError(code ?? "Error", message ?? "", { ...(status !== undefined && { status }) })
}

/** What an answer of GetObject has of it. */
function forwarded({
  RequestRoute: _route,
  RequestToken: _token,
  StatusCode: _status,
  ErrorCode: _code,
  ErrorMessage: _message,
  Body: _body,
  ...members
}: Input): Out<"GetObject"> {
  return members
}
