import type { WriteTx } from "../../../kernel/transaction.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, invalidStateText, unsupported, wrongOrigin } from "../errors.ts"
import { namedKeyAccess } from "../key/access.ts"
import { findNamedKey, foundKey } from "../key/find.ts"
import { keyArn, keys, type Key } from "../key/key.ts"
import { DAY_MS } from "../limits.ts"
import {
  findMaterial,
  materials,
  materialsOf,
  sealMaterial,
  type Material,
} from "../material/material.ts"
import { foreignMaterial, incorrectMaterial } from "./foreign-material.ts"
import { expireMaterial, forget, noteMissing } from "./material.ts"
import { GetParametersForImport, importableKey } from "./parameters.ts"
import { readImportToken } from "./token.ts"
import { unwrap } from "./unwrap.ts"

type Input = In<"ImportKeyMaterial">

/** "… no more than 365 days from the request date". */
const VALID_MOST_MS = 365 * DAY_MS

export const ImportKeyMaterial = op.write("ImportKeyMaterial", {
  authorize: namedKeyAccess(({ ExpirationModel, ValidTo }: Input) => ({
    "kms:ExpirationModel": ExpirationModel ?? "KEY_MATERIAL_EXPIRES",
    "kms:ValidTo": ValidTo === undefined ? undefined : new Date(ValidTo).toISOString(),
  })),
  run(tx, input, call): Out<"ImportKeyMaterial"> {
    const key = importableKey(tx, input.KeyId, call)
    const validToMs = validToOf(tx, input)
    const token = readImportToken(tx, key, input.ImportToken)
    const bytes = unwrap(input.EncryptedKeyMaterial, token)
    const fresh = sealMaterial(tx, key, foreignMaterial(key.spec, bytes))
    const material = { ...placed(tx, key, { fresh, input }), validToMs, expiry: undefined }
    put(tx, key, material)
    return {
      KeyId: keyArn(key),
      ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: material.id }),
    }
  },
})

function validToOf(tx: WriteTx, { ExpirationModel, ValidTo }: Input): number | undefined {
  const model = ExpirationModel ?? "KEY_MATERIAL_EXPIRES"
  if (model === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    // Not verified: the words of these.
    if (ValidTo !== undefined)
      throw invalid(
        "A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE",
      )
    return undefined
  }
  // Recorded.
  if (ValidTo === undefined)
    throw invalid("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES")
  if (ValidTo <= tx.now || ValidTo > tx.now + VALID_MOST_MS)
    throw invalid("The validTo date must be in the future and no more than 365 days away.")
  return ValidTo
}

/** The material with its place among the others of the key. Throws where it has none. */
function placed(
  tx: WriteTx,
  key: Key,
  { fresh, input }: { readonly fresh: Material; readonly input: Input },
): Material {
  const description = input.KeyMaterialDescription
  const all = materialsOf(tx, key)
  const same = all.find(({ id }) => id === fresh.id)
  // "If no key material has been imported …, NEW_KEY_MATERIAL, otherwise EXISTING_KEY_MATERIAL".
  const type = input.ImportType ?? (all.length === 0 ? "NEW_KEY_MATERIAL" : "EXISTING_KEY_MATERIAL")
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== fresh.id)
    throw incorrectMaterial("The key material does not match the KeyMaterialId.")
  if (all.length === 0) {
    const only = primaryMaterial(tx, key)
    if (only && only.id !== fresh.id)
      throw incorrectMaterial("The key material is not that of the multi-Region primary key.")
    return { ...fresh, description }
  }
  if (type === "EXISTING_KEY_MATERIAL" || same) {
    if (!same) throw incorrectMaterial("The key material is not the one that was imported before.")
    const { sealed } = fresh
    return { ...same, sealed, description: description ?? same.description }
  }
  if (key.spec !== "SYMMETRIC_DEFAULT") throw unsupported()
  if (key.primaryRegion !== undefined)
    throw notImplemented("rotation of imported material of multi-Region keys")
  const pending = all.find(({ state }) => state === "PENDING_ROTATION")
  // Recorded.
  if (pending)
    throw invalidStateText(
      `New key material (id: ${fresh.id}) cannot be imported into KMS key ${keyArn(key)}, ` +
        `because another key material (id: ${pending.id}) is pending rotation.`,
    )
  return { ...fresh, description, state: "PENDING_ROTATION" }
}

/** "You must import the same key material into the related keys". */
function primaryMaterial(tx: WriteTx, key: Key): Material | undefined {
  const { primaryRegion, account, id } = key
  if (primaryRegion === undefined || primaryRegion === key.region) return undefined
  const primary = tx.get(keys, [account, primaryRegion, id])
  return primary && materialsOf(tx, primary)[0]
}

function put(tx: WriteTx, key: Key, material: Material): void {
  const old = findMaterial(tx, key, material.id)
  if (old?.expiry) tx.cancel(old.expiry)
  const { account, region, keyId, id: materialId, validToMs } = material
  const expiry =
    validToMs === undefined
      ? undefined
      : tx.schedule(expireMaterial, { account, region, keyId, materialId }, validToMs)
  tx.put(materials, { ...material, expiry })
  const current = material.state === "CURRENT" ? { ...key, materialId } : key
  if (current !== key) tx.replace(keys, key, current)
  noteMissing(tx, current)
}

export const DeleteImportedKeyMaterial = op.write("DeleteImportedKeyMaterial", {
  authorize: namedKeyAccess(),
  run(tx, input, call): Out<"DeleteImportedKeyMaterial"> {
    const { key } = foundKey(findNamedKey(tx, input.KeyId, call))
    if (key.origin !== "EXTERNAL") throw wrongOrigin(keyArn(key), key.origin)
    const id = input.KeyMaterialId ?? key.materialId
    const material = id === undefined ? undefined : findMaterial(tx, key, id)
    if (input.KeyMaterialId !== undefined && !material)
      // Not verified: the words.
      throw op.error("NotFoundException", `Key material ${input.KeyMaterialId} is not found.`)
    if (material?.sealed !== undefined) forget(tx, material)
    const told = material !== undefined && key.spec === "SYMMETRIC_DEFAULT"
    return { KeyId: keyArn(key), ...(told && { KeyMaterialId: material.id }) }
  },
})

export const importOperations = {
  ...{ GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial },
}
