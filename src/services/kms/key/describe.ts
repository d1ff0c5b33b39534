import { op, type In, type Out } from "../define.ts"
import { assertGrantTokens } from "../grant/token.ts"
import { keyAccess } from "./access.ts"
import { findKey, foundKey } from "./find.ts"
import { keyArn, keys } from "./key.ts"
import { isManagedAlias, keysOfManagedKey, managedKey } from "./managed.ts"
import { keyMetadata } from "./metadata.ts"
import { aliases } from "../alias/alias.ts"
import { accessTo } from "./access.ts"
import { publicDer } from "../material/key-objects.ts"
import { unsupported } from "../errors.ts"
import { SPECS, isAsymmetric } from "./spec.ts"
import { assertUsable } from "./state.ts"
import { accessToKeys, pageOfRows } from "./list.ts"

const named = keyAccess<In<"DescribeKey">>()

export const DescribeKey = op.write("DescribeKey", {
  authorize(tx, input, call) {
    const { account, region } = call
    // The key is made before anybody asks what its policy allows: to its account it allows this.
    if (isManagedAlias(input.KeyId) && !tx.get(aliases, [account, region, input.KeyId]))
      return accessTo(call, keysOfManagedKey(input.KeyId), keyArn({ account, region, id: "*" }))
    return named(tx, input, call)
  },
  run(tx, input, call): Out<"DescribeKey"> {
    assertGrantTokens(tx, input.GrantTokens)
    // "… on a predefined AWS alias, that is, an AWS alias with no key ID, AWS KMS associates the
    // alias with an AWS managed key and returns its KeyId and ARN".
    if (isManagedAlias(input.KeyId)) {
      const { account, region } = call
      const alias = input.KeyId.slice("alias/".length)
      return { KeyMetadata: keyMetadata(tx, managedKey(tx, { account, region, alias })) }
    }
    const { key } = foundKey(findKey(tx, input.KeyId, call))
    return { KeyMetadata: keyMetadata(tx, key) }
  },
})

export const ListKeys = op.read("ListKeys", {
  authorize: accessToKeys,
  run(tx, input, call): Out<"ListKeys"> {
    const { items, more } = pageOfRows(tx, keys, { prefix: [call.account, call.region], input })
    return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...more }
  },
})

export const GetPublicKey = op.read("GetPublicKey", {
  authorize: keyAccess<In<"GetPublicKey">>(),
  run(tx, input, call): Out<"GetPublicKey"> {
    assertGrantTokens(tx, input.GrantTokens)
    const { key } = foundKey(findKey(tx, input.KeyId, call))
    assertUsable(tx, key)
    if (!isAsymmetric(key.spec)) throw unsupported(`${keyArn(key)} is not an asymmetric key.`)
    const { encryption, signing, agreement } = SPECS[key.spec]
    const { usage } = key
    return {
      ...{ KeyId: keyArn(key), PublicKey: publicDer(tx, key), KeyUsage: usage },
      ...{ KeySpec: key.spec, CustomerMasterKeySpec: key.spec },
      ...(usage === "ENCRYPT_DECRYPT" && { EncryptionAlgorithms: [...(encryption ?? [])] }),
      ...(usage === "SIGN_VERIFY" && { SigningAlgorithms: [...(signing ?? [])] }),
      ...(usage === "KEY_AGREEMENT" && { KeyAgreementAlgorithms: [...(agreement ?? [])] }),
    }
  },
})
