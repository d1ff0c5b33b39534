import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid, tokenTaken } from "../errors.ts"
import { SECRET_BYTES } from "../limits.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { arnOf, secrets, type Secret } from "../secret/secret.ts"
import { open, seal, type Plain } from "./cipher.ts"
import { CURRENT, withLabels } from "./stages.ts"
import { setStages, stagesOf, thinVersions, values, versions, versionsOf } from "./version.ts"

interface Given {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

/** The value of a request, or nothing. Throws InvalidParameterException for two (not verified). */
export function plainOf({ SecretString, SecretBinary }: Given): Plain | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalid("You can't specify both a binary secret value and a string secret value.")
  if (SecretBinary !== undefined) return { SecretBinary }
  if (SecretString === undefined) return undefined
  if (Buffer.byteLength(SecretString) > SECRET_BYTES)
    throw invalid(`The secret value can't be longer than ${SECRET_BYTES} bytes.`)
  return { SecretString }
}

const bytesOf = ({ SecretString, SecretBinary }: Plain): Buffer =>
  SecretBinary ? Buffer.from(SecretBinary) : Buffer.from(SecretString ?? "")

export const samePlain = (a: Plain, b: Plain): boolean =>
  (a.SecretBinary === undefined) === (b.SecretBinary === undefined) && bytesOf(a).equals(bytesOf(b))

export interface NewVersion {
  readonly secret: Secret
  readonly token: string
  readonly plain: Plain
  /** Default: AWSCURRENT. */
  readonly labels?: readonly string[] | undefined
}

/**
 * Adds a version, or fills one that waits for its value. The same token and value again change
 * nothing; another value is refused. Gives the version's labels.
 */
export function addVersion(tx: WriteTx, call: Call, asked: NewVersion): readonly string[] {
  const { secret, token: id, plain } = asked
  const known = tx.get(versions, [secret.id, id])
  const there = known && open(tx, call, { secret, version: known })
  if (known && there) {
    if (!samePlain(there, plain)) throw tokenTaken(id, arnOf(secret))
    return known.stages
  }
  if (!known) thinVersions(tx, secret)
  const { value, kmsKey } = seal(tx, call, { secret, version: id, plain })
  const secretId = secret.id
  tx.put(values, { secretId, id, ...value })
  if (known) tx.replace(versions, known, { ...known, kmsKey })
  else
    tx.insert(versions, {
      ...{ secretId, id, createdMs: tx.now, serial: tx.serial(), stages: [], kmsKey },
    })
  const stages = withLabels(stagesOf(versionsOf(tx, secret)), id, labelsOf(tx, asked))
  setStages(tx, secret, stages)
  touch(tx, secret)
  copyToReplicas(tx, secret, { version: id, plain })
  return stages.get(id) ?? []
}

/** "If this operation creates the first version", it gets AWSCURRENT whatever was asked. */
function labelsOf(tx: WriteTx, { secret, labels }: NewVersion): readonly string[] {
  if (labels === undefined) return [CURRENT]
  return versionsOf(tx, secret).length === 1 ? [...new Set([CURRENT, ...labels])] : labels
}

/** Notes that a secret has changed; gives it as it is now. */
export function touch(tx: WriteTx, secret: Secret, changes: Partial<Secret> = {}): Secret {
  const old = tx.get(secrets, [secret.account, secret.region, secret.name])
  const changed = { ...(old ?? secret), ...changes, changedMs: tx.now }
  tx.put(secrets, changed)
  return changed
}
