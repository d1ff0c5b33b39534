import { op, type In, type Out } from "../define.ts"
import { accessTo, iamArnOf, onAccount, withTagging } from "../grant.ts"
import { seconds } from "../names.ts"
import { assertRoom, mostOf, QUOTAS } from "../account/quotas.ts"
import { listTags, tagsMember, withoutTags, withTags } from "../tags.ts"
import {
  clientIdsOf,
  findOidcProvider,
  issuerOf,
  maybeOidcProvider,
  oidcProviderArn,
  oidcProviders,
  onOidcProvider,
  thumbprintsOf,
} from "./oidc-provider.ts"

/**
 * AWS fetches the thumbprint of a provider that comes without one. This cloud makes no calls to
 * the internet: the list stays empty.
 */
export const CreateOpenIDConnectProvider = op.write("CreateOpenIDConnectProvider", {
  authorize: withTagging(
    "TagOpenIDConnectProvider",
    (_tx, input: In<"CreateOpenIDConnectProvider">, call) =>
      accessTo({ arn: iamArnOf(call, `oidc-provider/${issuerOf(input.Url)}`) }, input, call),
  ),
  run(tx, input, { account, partition }): Out<"CreateOpenIDConnectProvider"> {
    const url = issuerOf(input.Url)
    if (tx.get(oidcProviders, [account, url]))
      throw op.error(
        "EntityAlreadyExistsException",
        `Provider with url ${input.Url} already exists.`,
      )
    assertRoom(tx, oidcProviders, { account, of: QUOTAS.oidcProviders })
    const provider = {
      ...{ account, partition, url, createdMs: seconds(tx.now) },
      clientIds: clientIdsOf(input.ClientIDList ?? []),
      thumbprints: thumbprintsOf(input.ThumbprintList ?? []),
      tags: withTags([], input.Tags),
    }
    tx.insert(oidcProviders, provider)
    return { OpenIDConnectProviderArn: oidcProviderArn(provider), ...tagsMember(provider.tags) }
  },
})

export const GetOpenIDConnectProvider = op.read("GetOpenIDConnectProvider", {
  authorize: onOidcProvider,
  run(tx, input, call): Out<"GetOpenIDConnectProvider"> {
    const { url, clientIds, thumbprints, createdMs, tags } = findOidcProvider(tx, input, call)
    return {
      ...{ Url: url, ClientIDList: clientIds, ThumbprintList: thumbprints },
      CreateDate: createdMs,
      ...tagsMember(tags),
    }
  },
})

export const ListOpenIDConnectProviders = op.read("ListOpenIDConnectProviders", {
  authorize: onAccount,
  run(tx, _input, { account }): Out<"ListOpenIDConnectProviders"> {
    const limit = mostOf(QUOTAS.oidcProviders)
    const { rows } = tx.scan(oidcProviders, { prefix: [account], limit })
    return { OpenIDConnectProviderList: rows.map((row) => ({ Arn: oidcProviderArn(row) })) }
  },
})

export const UpdateOpenIDConnectProviderThumbprint = op.write(
  "UpdateOpenIDConnectProviderThumbprint",
  {
    authorize: onOidcProvider,
    run(tx, input, call): Out<"UpdateOpenIDConnectProviderThumbprint"> {
      const provider = findOidcProvider(tx, input, call)
      const thumbprints = thumbprintsOf(input.ThumbprintList)
      tx.replace(oidcProviders, provider, { ...provider, thumbprints })
      return {}
    },
  },
)

/** "It does not fail or return an error if you add an existing client ID" (IAM API). */
export const AddClientIDToOpenIDConnectProvider = op.write("AddClientIDToOpenIDConnectProvider", {
  authorize: onOidcProvider,
  run(tx, input, call): Out<"AddClientIDToOpenIDConnectProvider"> {
    const provider = findOidcProvider(tx, input, call)
    const clientIds = clientIdsOf([...provider.clientIds, input.ClientID])
    tx.replace(oidcProviders, provider, { ...provider, clientIds })
    return {}
  },
})

/** "It does not fail or return an error if you try to remove a client ID that does not exist". */
export const RemoveClientIDFromOpenIDConnectProvider = op.write(
  "RemoveClientIDFromOpenIDConnectProvider",
  {
    authorize: onOidcProvider,
    run(tx, input, call): Out<"RemoveClientIDFromOpenIDConnectProvider"> {
      const provider = findOidcProvider(tx, input, call)
      const clientIds = provider.clientIds.filter((id) => id !== input.ClientID)
      tx.replace(oidcProviders, provider, { ...provider, clientIds })
      return {}
    },
  },
)

/** "It does not fail … if you call the operation for a provider that does not exist" (IAM API). */
export const DeleteOpenIDConnectProvider = op.write("DeleteOpenIDConnectProvider", {
  authorize: onOidcProvider,
  run(tx, input, call): Out<"DeleteOpenIDConnectProvider"> {
    const provider = maybeOidcProvider(tx, input, call)
    if (provider) tx.remove(oidcProviders, provider)
    return {}
  },
})

export const TagOpenIDConnectProvider = op.write("TagOpenIDConnectProvider", {
  authorize: onOidcProvider,
  run(tx, input, call): Out<"TagOpenIDConnectProvider"> {
    const provider = findOidcProvider(tx, input, call)
    const tags = withTags(provider.tags, input.Tags)
    tx.replace(oidcProviders, provider, { ...provider, tags })
    return {}
  },
})

export const UntagOpenIDConnectProvider = op.write("UntagOpenIDConnectProvider", {
  authorize: onOidcProvider,
  run(tx, input, call): Out<"UntagOpenIDConnectProvider"> {
    const provider = findOidcProvider(tx, input, call)
    const tags = withoutTags(provider.tags, input.TagKeys)
    tx.replace(oidcProviders, provider, { ...provider, tags })
    return {}
  },
})

export const ListOpenIDConnectProviderTags = op.read("ListOpenIDConnectProviderTags", {
  authorize: onOidcProvider,
  run: (tx, input, call): Out<"ListOpenIDConnectProviderTags"> =>
    listTags(findOidcProvider(tx, input, call).tags, input),
})
