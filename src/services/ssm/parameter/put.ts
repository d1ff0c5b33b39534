import { principalArn } from "../../../iam/principal.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, oldestIsLabelled, otherType, parameterExists } from "../errors.ts"
import { tellChange } from "../events.ts"
import { VERSIONS } from "../limits.ts"
import { planned } from "../policy/acting.ts"
import { readPolicies } from "../policy/policies.ts"
import { withTags } from "../tag/tags.ts"
import { assertPattern, dataTypeOf } from "./checks.ts"
import { DEFAULT_KEY, seal } from "./cipher.ts"
import { assertNewName, keyOf } from "./names.ts"
import {
  arnOf,
  latest,
  parameters,
  versions,
  versionsOf,
  type Parameter,
  type ParameterType,
  type Version,
} from "./parameter.ts"
import { countTier, tierFor } from "./tier.ts"

type Input = In<"PutParameter">

export const PutParameter = op.write("PutParameter", {
  authorize(tx, input, call) {
    const { account, region } = call
    const name = { account, region, key: keyOf(input.Name) }
    const put = accessTo(tx, name, {
      call,
      keys: {
        ...requestTagKeys(input),
        "ssm:Overwrite": String(input.Overwrite ?? false),
        ...(input.Policies !== undefined && { "ssm:Policies": "true" }),
      },
    })
    return input.Tags?.length ? [put, { ...put, action: "ssm:AddTagsToResource" }] : put
  },
  run(tx, input, call): Out<"PutParameter"> {
    const { account, region } = call
    const place = { account, region, key: keyOf(input.Name) }
    assertNewName(input.Name, arnOf(place).length)
    // Quoted.
    if (input.Overwrite && input.Tags?.length)
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      )
    const known = tx.get(parameters, [account, region, place.key])
    if (known && !input.Overwrite) throw parameterExists()
    const { parameter, version } = known
      ? nextVersion(tx, { input, known }, call)
      : firstVersion(tx, input, call)
    tellChange(tx, parameter, known ? "Update" : "Create")
    return { Version: version.version, Tier: version.tier }
  },
})

interface Written {
  readonly parameter: Parameter
  readonly version: Version
}

function firstVersion(tx: WriteTx, input: Input, call: Call): Written {
  // Quoted.
  if (input.Type === undefined)
    throw invalid("A parameter type is required when you create a parameter.")
  const { account, region } = call
  const draft: Parameter = {
    ...{ account, region, key: keyOf(input.Name), name: input.Name, id: tx.serial(), version: 1 },
    ...{ tier: "Standard", tags: withTags({}, input.Tags ?? []), timers: [] },
  }
  const version = newVersion(tx, call, { input, parameter: draft, type: input.Type })
  countTier(tx, call, { tier: version.tier })
  return write(tx, { ...draft, tier: version.tier }, version)
}

function nextVersion(
  tx: WriteTx,
  { input, known }: { readonly input: Input; readonly known: Parameter },
  call: Call,
): Written {
  const before = latest(tx, known)
  if (input.Type !== undefined && input.Type !== before.type) throw otherType()
  const parameter = { ...known, version: known.version + 1 }
  const version = newVersion(tx, call, { input, parameter, type: before.type, before, known })
  makeRoom(tx, known)
  countTier(tx, call, { tier: version.tier, known: known.tier })
  return write(tx, { ...parameter, tier: version.tier }, version)
}

/** The oldest of a hundred versions goes, unless a label holds it. */
function makeRoom(tx: WriteTx, parameter: Parameter): void {
  const all = versionsOf(tx, parameter)
  const [oldest] = all
  if (all.length < VERSIONS || !oldest) return
  if (oldest.labels.length > 0) throw oldestIsLabelled(parameter.name, oldest.version)
  tx.remove(versions, oldest)
}

function write(tx: WriteTx, parameter: Parameter, version: Version): Written {
  tx.put(versions, version)
  const written = planned(tx, parameter)
  tx.put(parameters, written)
  return { parameter: written, version }
}

interface Draft {
  readonly input: Input
  readonly parameter: Parameter
  readonly type: string
  readonly before?: Version
  readonly known?: Parameter
}

/** What an overwriting request leaves out is as it was (seen of moto's, not verified of AWS). */
function newVersion(tx: WriteTx, call: Call, draft: Draft): Version {
  const { input, parameter, before } = draft
  const type = draft.type as ParameterType
  const { Value: value, AllowedPattern: allowedPattern = before?.allowedPattern } = input
  const policies =
    input.Policies === undefined ? (before?.policies ?? []) : readPolicies(input.Policies)
  const tier = tierFor(tx, call, {
    ...{ asked: input.Tier, known: draft.known, value, hasPolicies: policies.length > 0 },
  })
  if (allowedPattern) assertPattern(tx, allowedPattern, value)
  const dataType = dataTypeOf(input.DataType ?? before?.dataType, { type, input })
  const keyId = type === "SecureString" ? (input.KeyId ?? before?.keyId ?? DEFAULT_KEY) : undefined
  // Not verified: the words.
  if (type !== "SecureString" && input.KeyId !== undefined)
    throw invalid("KeyId is required for SecureString type parameter only.")
  return {
    ...{ parameterId: parameter.id, version: parameter.version, type, dataType, tier, policies },
    value: keyId === undefined ? value : seal(tx, call, { parameter, keyId, tier, plain: value }),
    ...{ keyId, allowedPattern, description: input.Description ?? before?.description },
    ...{ labels: [], modifiedMs: tx.now, user: principalArn(call.principal, call.partition) },
  }
}
