import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid, secretMissing } from "../errors.ts"
import type { ParameterName } from "./names.ts"
import { arnOf } from "./parameter.ts"

const PREFIX = "/aws/reference/secretsmanager/"

/** "Referencing AWS Secrets Manager secrets from Parameter Store parameters". */
export const isReference = (key: string): boolean => key.startsWith(PREFIX)

/** What is used of Secrets Manager's answer. */
interface SecretValue {
  readonly ARN: string
  readonly Name: string
  readonly VersionId: string
  readonly VersionStages?: readonly string[] | undefined
  readonly SecretString?: string | undefined
  readonly CreatedDate: number
}

/** A version id is long; everything else after the colon is a staging label. */
const VERSION_ID = /^[0-9A-Za-z-]{32,64}$/

/** Reads a secret with the caller's own rights to it. */
export function readReference(
  tx: WriteTx,
  call: Call,
  { name, decrypts }: { readonly name: ParameterName; readonly decrypts: boolean | undefined },
) {
  // Quoted.
  if (!decrypts)
    throw invalid("WithDecryption flag must be True for retrieving a Secret Manager secret.")
  const { key, selector } = name
  const secret = readSecret(tx, call, {
    SecretId: key.slice(PREFIX.length),
    ...(selector !== undefined &&
      (VERSION_ID.test(selector) ? { VersionId: selector } : { VersionStage: selector })),
  })
  // Not verified: what AWS does with a secret of bytes.
  if (secret.SecretString === undefined) throw secretMissing(key)
  return {
    ...{ Name: key, Type: "SecureString", Value: secret.SecretString, Version: 0 },
    ...(selector !== undefined && { Selector: `:${selector}` }),
    ...{ SourceResult: sourceOf(secret), LastModifiedDate: secret.CreatedDate },
    ...{ ARN: arnOf(name), DataType: "text" },
  }
}

function readSecret(tx: WriteTx, call: Call, input: { readonly SecretId: string }): SecretValue {
  try {
    return call.within(tx, {
      ...{ service: "secretsmanager", operation: "GetSecretValue", input },
    }) as SecretValue
  } catch (error) {
    if (error instanceof AwsError && error.code === "ResourceNotFoundException")
      throw secretMissing(`${PREFIX}${input.SecretId}`)
    throw error
  }
}

/** Recorded as far as `ARN` and `name`. */
const sourceOf = (secret: SecretValue): string =>
  JSON.stringify({
    ...{ ARN: secret.ARN, name: secret.Name, versionId: secret.VersionId },
    ...{ secretString: secret.SecretString, versionStages: secret.VersionStages ?? [] },
    createdDate: new Date(secret.CreatedDate).toUTCString(),
  })
