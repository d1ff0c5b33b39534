import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { policyMembers } from "../policy/policies.ts"
import { open } from "./cipher.ts"
import { arnOf, type Parameter, type Version } from "./parameter.ts"

export interface Shown {
  readonly parameter: Parameter
  readonly version: Version
  readonly decrypts: boolean | undefined
}

/** The value of a version: without decryption the ciphertext. With the caller's rights to the key. */
export function valueOf(tx: WriteTx, call: Call, { parameter, version, decrypts }: Shown): string {
  const { type, value, tier } = version
  if (type !== "SecureString" || !decrypts) return value
  return open(tx, call, { parameter, tier, sealed: value })
}

/** API: Parameter. */
export function shown(
  tx: WriteTx,
  call: Call,
  asked: Shown & { readonly name?: string | undefined; readonly selector?: string | undefined },
) {
  const { parameter, version, name = parameter.name, selector } = asked
  return {
    ...{ Name: name, Type: version.type, Value: valueOf(tx, call, asked) },
    ...{ Version: version.version, LastModifiedDate: version.modifiedMs },
    ...(selector !== undefined && { Selector: `:${selector}` }),
    ...{ ARN: arnOf(parameter), DataType: version.dataType },
  }
}

/** What API: ParameterMetadata and ParameterHistory have alike. */
export function metadata(parameter: Parameter, version: Version) {
  const { keyId, description, allowedPattern, policies } = version
  return {
    ...{ Name: parameter.name, Type: version.type, Version: version.version },
    ...(keyId !== undefined && { KeyId: keyId }),
    ...{ LastModifiedDate: version.modifiedMs, LastModifiedUser: version.user },
    ...(description !== undefined && { Description: description }),
    ...(allowedPattern !== undefined && { AllowedPattern: allowedPattern }),
    ...{ Tier: version.tier, Policies: policyMembers(policies), DataType: version.dataType },
  }
}
