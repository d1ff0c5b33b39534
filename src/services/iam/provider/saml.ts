import { op, type In, type Out } from "../define.ts"
import { invalidInput } from "../errors.ts"
import { accessTo, iamArnOf, onAccount, withTagging } from "../grant.ts"
import { nameKey, seconds } from "../names.ts"
import { assertRoom, mostOf, QUOTAS } from "../account/quotas.ts"
import { listTags, tagsMember, withoutTags, withTags } from "../tags.ts"
import { changedEncryption, encryptionMember } from "./saml-keys.ts"
import { readSamlMetadata } from "./saml-metadata.ts"
import {
  findSamlProvider,
  onSamlProvider,
  samlProviderArn,
  samlProviders,
} from "./saml-provider.ts"

/** What AWS tells of metadata that does not say how long it holds. Not verified. */
const VALID_YEARS = 100

function validUntil(metadata: string, now: number): number {
  const told = readSamlMetadata(metadata).validUntilMs
  if (told !== undefined) return seconds(told)
  const date = new Date(seconds(now))
  return date.setUTCFullYear(date.getUTCFullYear() + VALID_YEARS)
}

export const CreateSAMLProvider = op.write("CreateSAMLProvider", {
  authorize: withTagging("TagSAMLProvider", (_tx, input: In<"CreateSAMLProvider">, call) =>
    accessTo({ arn: iamArnOf(call, `saml-provider/${input.Name}`) }, input, call),
  ),
  run(tx, input, { account, partition }): Out<"CreateSAMLProvider"> {
    const { Name: name, SAMLMetadataDocument: metadata } = input
    const validUntilMs = validUntil(metadata, tx.now)
    if (tx.get(samlProviders, [account, nameKey(name)]))
      // Not verified.
      throw op.error(
        "EntityAlreadyExistsException",
        `SAMLProvider with name ${name} already exists.`,
      )
    assertRoom(tx, samlProviders, { account, of: QUOTAS.samlProviders })
    const provider = {
      ...{ account, partition, name, metadata, validUntilMs },
      ...changedEncryption(tx, {}, input),
      uuid: tx.random("iam/saml-provider").string(22, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
      createdMs: seconds(tx.now),
      tags: withTags([], input.Tags),
    }
    tx.insert(samlProviders, provider)
    return { SAMLProviderArn: samlProviderArn(provider), ...tagsMember(provider.tags) }
  },
})

export const GetSAMLProvider = op.read("GetSAMLProvider", {
  authorize: onSamlProvider,
  run(tx, input, call): Out<"GetSAMLProvider"> {
    const provider = findSamlProvider(tx, input, call)
    return {
      SAMLProviderUUID: provider.uuid,
      SAMLMetadataDocument: provider.metadata,
      CreateDate: provider.createdMs,
      ValidUntil: provider.validUntilMs,
      ...tagsMember(provider.tags),
      ...encryptionMember(provider),
    }
  },
})

export const ListSAMLProviders = op.read("ListSAMLProviders", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"ListSAMLProviders"> {
    const limit = mostOf(QUOTAS.samlProviders)
    const { rows } = tx.scan(samlProviders, { prefix: [account], limit })
    return {
      SAMLProviderList: rows.map((provider) => ({
        Arn: samlProviderArn(provider),
        ValidUntil: provider.validUntilMs,
        CreateDate: provider.createdMs,
      })),
    }
  },
})

export const UpdateSAMLProvider = op.write("UpdateSAMLProvider", {
  authorize: onSamlProvider,
  run(tx, input, call): Out<"UpdateSAMLProvider"> {
    const { SAMLProviderArn: _arn, SAMLMetadataDocument: metadata, ...encryption } = input
    const provider = findSamlProvider(tx, input, call)
    if (metadata === undefined && Object.keys(encryption).length === 0)
      // "Troubleshoot SAML federation with IAM" (IAM user guide).
      throw invalidInput(
        "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
      )
    tx.replace(samlProviders, provider, {
      ...provider,
      ...(metadata !== undefined && { metadata, validUntilMs: validUntil(metadata, tx.now) }),
      ...changedEncryption(tx, provider, encryption),
    })
    return { SAMLProviderArn: samlProviderArn(provider) }
  },
})

export const DeleteSAMLProvider = op.write("DeleteSAMLProvider", {
  authorize: onSamlProvider,
  run(tx, input, call): Out<"DeleteSAMLProvider"> {
    tx.remove(samlProviders, findSamlProvider(tx, input, call))
    return {}
  },
})

export const TagSAMLProvider = op.write("TagSAMLProvider", {
  authorize: onSamlProvider,
  run(tx, input, call): Out<"TagSAMLProvider"> {
    const provider = findSamlProvider(tx, input, call)
    tx.replace(samlProviders, provider, {
      ...provider,
      tags: withTags(provider.tags, input.Tags),
    })
    return {}
  },
})

export const UntagSAMLProvider = op.write("UntagSAMLProvider", {
  authorize: onSamlProvider,
  run(tx, input, call): Out<"UntagSAMLProvider"> {
    const provider = findSamlProvider(tx, input, call)
    tx.replace(samlProviders, provider, {
      ...provider,
      tags: withoutTags(provider.tags, input.TagKeys),
    })
    return {}
  },
})

export const ListSAMLProviderTags = op.read("ListSAMLProviderTags", {
  authorize: onSamlProvider,
  run: (tx, input, call): Out<"ListSAMLProviderTags"> =>
    listTags(findSamlProvider(tx, input, call).tags, input),
})
