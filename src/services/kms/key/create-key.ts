import type { ActionContext } from "../../../kernel/action.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import { arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, limitExceeded, unsupported } from "../errors.ts"
import { assertExternalKey, storeForNewKey } from "../key-store/new-key.ts"
import { connectedStore } from "../key-store/use.ts"
import { proxyOfStore } from "../key-store/xks/client.ts"
import { QUOTAS } from "../limits.ts"
import { generatePair } from "../material/generate.ts"
import { accessTo } from "./access.ts"
import { createKey, drawSecret, type NewKey } from "./create.ts"
import { countsOf, inRegion } from "./counts.ts"
import type { KeyOrigin } from "./key.ts"
import { keyMetadata } from "./metadata.ts"
import { defaultPolicy, readPolicy } from "./policy.ts"
import { isAsymmetric, SPECS, type KeySpec, type KeyUsage } from "./spec.ts"
import { withTags } from "./tags.ts"

type Input = In<"CreateKey">

export const CreateKey = op.action("CreateKey", {
  authorize(_tx, input, call) {
    const { account, region } = call
    const create = accessTo(call, keysOf(input))
    const tags = requestTagKeys(input)
    const withTags = { ...create, context: { ...create.context, ...tags } }
    if (!input.Tags?.length) return create
    // "To use this parameter, you must have kms:TagResource permission in an IAM policy."
    const resource = arn("kms", region, account, "key/*")
    return [withTags, { ...withTags, action: "kms:TagResource", resource }]
  },
  begin(tx, input, call): Out<"CreateKey"> | undefined {
    const wanted = newKey(tx, input, call)
    // The key manager outside is asked for its key first.
    if (wanted.origin === "EXTERNAL_KEY_STORE") return undefined
    const made = wanted.origin !== "EXTERNAL"
    // A pair of keys takes up to seconds: not in a transaction.
    if (made && isAsymmetric(wanted.spec)) return undefined
    const isHere = made && wanted.origin !== "AWS_CLOUDHSM"
    const fresh = isHere ? drawSecret(tx, wanted.spec) : undefined
    return { KeyMetadata: keyMetadata(tx, createKey(tx, wanted, fresh)) }
  },
  async run(ctx, input, call): Promise<Out<"CreateKey">> {
    if (originOf(input) === "EXTERNAL_KEY_STORE") return createOutside(ctx, input, call)
    const fresh = await generatePair(specOf(input))
    return ctx.write((tx) => {
      const key = createKey(tx, newKey(tx, input, call), fresh)
      return { KeyMetadata: keyMetadata(tx, key) }
    })
  },
})

/** Half of a key whose other half is there already, in a key manager outside. */
async function createOutside(
  ctx: ActionContext,
  input: Input,
  call: Call,
): Promise<Out<"CreateKey">> {
  const { CustomKeyStoreId = "", XksKeyId = "" } = input
  const proxy = await ctx.read((tx) => proxyOfStore(tx, connectedStore(tx, call, CustomKeyStoreId)))
  await assertExternalKey(ctx, proxy, { asker: call, xksKeyId: XksKeyId })
  return ctx.write((tx) => {
    const wanted = newKey(tx, input, call)
    return { KeyMetadata: keyMetadata(tx, createKey(tx, wanted, drawSecret(tx, wanted.spec))) }
  })
}

/** Condition keys of the key that is to be. */
function keysOf(input: Input): Readonly<Record<string, string | undefined>> {
  const multiRegion = input.MultiRegion === true
  return {
    "kms:KeySpec": specOf(input),
    "kms:KeyUsage": input.KeyUsage ?? "ENCRYPT_DECRYPT",
    "kms:KeyOrigin": originOf(input),
    "kms:MultiRegion": String(multiRegion),
    "kms:MultiRegionKeyType": multiRegion ? "PRIMARY" : undefined,
    "kms:BypassPolicyLockoutSafetyCheck": String(input.BypassPolicyLockoutSafetyCheck === true),
  }
}

/** The key that is asked for. Throws what AWS refuses, in its order as far as that is known. */
function newKey(tx: WriteTx, input: Input, call: Call): NewKey {
  const { account, region } = call
  const spec = specOf(input)
  const usage = usageOf(input, spec, call)
  const origin = originOf(input)
  const policy = policyOf(tx, input, call)
  const tags = withTags({}, input.Tags)
  const multiRegion = input.MultiRegion === true
  const store = storeForNewKey(tx, call, { ...input, origin, spec, multiRegion })
  assertRoom(tx, call)
  return {
    ...{ account, region, spec, usage, origin, policy, tags, manager: "CUSTOMER" },
    description: input.Description ?? "",
    primaryRegion: multiRegion ? region : undefined,
    ...store,
  }
}

/** The model has looked at the values: they are among ours. */
const originOf = ({ Origin }: Input): KeyOrigin => (Origin as KeyOrigin | undefined) ?? "AWS_KMS"

function specOf({ KeySpec: spec, CustomerMasterKeySpec: old }: Input): KeySpec {
  // Not verified: the words.
  if (spec !== undefined && old !== undefined && spec !== old)
    throw invalid("You cannot specify KeySpec and CustomerMasterKeySpec in the same request.")
  return ((spec ?? old) as KeySpec | undefined) ?? "SYMMETRIC_DEFAULT"
}

function usageOf({ KeyUsage: asked }: Input, spec: KeySpec, { region }: Call): KeyUsage {
  // Recorded.
  if (asked === undefined && spec !== "SYMMETRIC_DEFAULT")
    throw invalid(
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    )
  const usage = (asked as KeyUsage | undefined) ?? "ENCRYPT_DECRYPT"
  // Recorded.
  if (!SPECS[spec].usages.includes(usage))
    throw invalid(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`)
  if (spec === "SM2") {
    // "SM2 (China Regions only)"
    if (partitionOf(region).id !== "aws-cn")
      throw unsupported(`KeySpec SM2 is not supported in this region.`)
    throw notImplemented("keys of the spec SM2")
  }
  return usage
}

function policyOf(tx: ReadTx, input: Input, call: Call): string {
  if (input.Policy === undefined) return defaultPolicy(call)
  return readPolicy(tx, { ...input, Policy: input.Policy }, call)
}

export function assertRoom(tx: ReadTx, { account, region }: Pick<Call, "account" | "region">) {
  const most = quota(tx, QUOTAS.keys, { account, region })
  // Not verified: the words.
  if (countsOf(tx, inRegion({ account, region })).keys >= most)
    throw limitExceeded("You have reached the limit of customer managed keys.")
}
