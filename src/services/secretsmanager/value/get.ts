import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { stageNotOfVersion, valueMissing } from "../errors.ts"
import { arnOf, findLiving, secrets, type Secret } from "../secret/secret.ts"
import { open } from "./cipher.ts"
import { CURRENT } from "./stages.ts"
import { versions, versionsOf, type Version } from "./version.ts"

type Input = In<"GetSecretValue">

const DAY_MS = 86_400_000

/** A write: it counts the use of the KMS key, and notes the day of the last access. */
export const GetSecretValue = op.write("GetSecretValue", {
  authorize: onSecret<Input>(({ VersionId, VersionStage }) => ({ VersionId, VersionStage })),
  run: (tx, input, call) => readValue(tx, input, call),
})

/** The value that a request names: whoever calls has asked whether it may be read. */
export function readValue(tx: WriteTx, input: Input, call: Call): Out<"GetSecretValue"> {
  const secret = findLiving(tx, input.SecretId, call)
  const version = findVersion(tx, secret, input)
  const plain = version && open(tx, call, { secret, version })
  if (!version || !plain) throw valueMissing(wanted(input))
  noteAccess(tx, secret, version)
  return {
    ...{ ARN: arnOf(secret), Name: secret.name, VersionId: version.id },
    ...plain,
    ...(version.stages.length > 0 && { VersionStages: version.stages }),
    CreatedDate: version.createdMs,
  }
}

const wanted = ({ VersionId, VersionStage = CURRENT }: Input): string =>
  VersionId === undefined ? `staging label: ${VersionStage}` : `VersionId: ${VersionId}`

function findVersion(
  tx: ReadTx,
  secret: Secret,
  { VersionId: id, VersionStage: label }: Input,
): Version | undefined {
  if (id === undefined)
    return versionsOf(tx, secret).find(({ stages }) => stages.includes(label ?? CURRENT))
  const version = tx.get(versions, [secret.id, id])
  if (version && label !== undefined && !version.stages.includes(label)) throw stageNotOfVersion()
  return version
}

/** "The date without time": the first access of a day is written, the others are not. */
function noteAccess(tx: WriteTx, secret: Secret, version: Version): void {
  const accessedMs = tx.now - (tx.now % DAY_MS)
  if (secret.accessedMs !== accessedMs) tx.replace(secrets, secret, { ...secret, accessedMs })
  if (version.accessedMs !== accessedMs) tx.replace(versions, version, { ...version, accessedMs })
}
