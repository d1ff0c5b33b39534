import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { noFunction, noToken, rotationUnderWay } from "../errors.ts"
import { arnOf, findOwn, type Secret } from "../secret/secret.ts"
import { CURRENT, PENDING, versionWith } from "../value/stages.ts"
import { stagesOf, versions, versionsOf } from "../value/version.ts"
import { touch } from "../value/write.ts"
import { assertInvocable } from "./functions.ts"
import { planned, rotationOf, rotations, type Rotation } from "./rotation.ts"
import { assertRules } from "./schedule.ts"
import { begin } from "./steps.ts"

type Input = In<"RotateSecret">

/** An action: Lambda is asked first whether the function can be called. */
export const RotateSecret = op.action("RotateSecret", {
  authorize: onSecret<Input>((input) => ({
    RotationLambdaARN: input.RotationLambdaARN,
    RotateImmediately: input.RotateImmediately,
    ModifyRotationRules: input.RotationRules && true,
  })),
  async run(ctx, input, call): Promise<Out<"RotateSecret">> {
    const { secret, lambdaArn } = await ctx.read((tx) => readRequest(tx, input, call))
    await assertInvocable(ctx, { secret, lambdaArn })
    const outcome = await ctx.write((tx) => rotate(tx, input, call))
    if (!outcome) throw rotationUnderWay()
    return outcome
  },
})

interface Request {
  readonly secret: Secret
  readonly rotation: Rotation | undefined
  readonly lambdaArn: string
  readonly token: string
}

function readRequest(tx: ReadTx, input: Input, call: Call): Request {
  const { ClientRequestToken: token, RotationRules: rules } = input
  if (token === undefined) throw noToken("InvalidParameterException")
  if (input.ExternalSecretRotationMetadata || input.ExternalSecretRotationRoleArn !== undefined)
    throw notImplemented("rotation of managed external secrets")
  if (rules) assertRules(rules)
  const secret = findOwn(tx, input.SecretId, call)
  const rotation = rotationOf(tx, secret)
  const lambdaArn = input.RotationLambdaARN ?? rotation?.lambdaArn
  if (lambdaArn === undefined || lambdaArn === "") throw noFunction()
  return { secret, rotation, lambdaArn, token }
}

/** Nothing when a rotation is under way, which is begun anew. */
function rotate(tx: WriteTx, input: Input, call: Call): Out<"RotateSecret"> | undefined {
  const request = readRequest(tx, input, call)
  const { secret, token } = request
  const answer = { ARN: arnOf(secret), Name: secret.name }
  const pending = pendingToken(tx, request)
  if (pending === token) return { ...answer, VersionId: token }
  if (pending !== undefined) {
    const { rotation } = request
    if (rotation && (rotation.running === undefined || rotation.running.hasFailed))
      begin(tx, secret, { rotation, token: pending })
    return undefined
  }
  const rotation = configured(tx, input, request)
  const isTest = input.RotateImmediately === false
  // A token of a version that is there was used before: that call has done its work.
  if (!tx.get(versions, [secret.id, token])) begin(tx, secret, { rotation, token, isTest })
  return isTest ? answer : { ...answer, VersionId: token }
}

/** The version of a rotation that has not ended: AWSPENDING without AWSCURRENT says so (docs). */
function pendingToken(tx: ReadTx, { secret, rotation }: Request): string | undefined {
  if (rotation?.running) return rotation.running.token
  const stages = stagesOf(versionsOf(tx, secret))
  const pending = versionWith(stages, PENDING)
  return pending === versionWith(stages, CURRENT) ? undefined : pending
}

function configured(
  tx: WriteTx,
  { RotationRules }: Input,
  { secret, rotation, lambdaArn }: Request,
): Rotation {
  const next: Rotation = {
    ...(rotation ?? { secretId: secret.id, rules: {} }),
    ...(RotationRules && { rules: RotationRules }),
    ...{ enabled: true, lambdaArn, setMs: tx.now },
  }
  const set = planned(tx, secret, next)
  tx.put(rotations, set)
  touch(tx, secret)
  return set
}

export const CancelRotateSecret = op.write("CancelRotateSecret", {
  authorize: onSecret<In<"CancelRotateSecret">>(),
  run(tx, input, call): Out<"CancelRotateSecret"> {
    const secret = findOwn(tx, input.SecretId, call)
    const rotation = rotationOf(tx, secret)
    // Not verified: the words.
    if (!rotation) throw noFunction()
    const off = { ...rotation, enabled: false, running: undefined }
    tx.put(rotations, planned(tx, secret, off))
    touch(tx, secret)
    const token = rotation.running?.token
    const answer = { ARN: arnOf(secret), Name: secret.name }
    return { ...answer, ...(token !== undefined && { VersionId: token }) }
  },
})
