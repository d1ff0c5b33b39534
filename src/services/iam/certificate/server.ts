import type { AwsError } from "../../../protocols/aws-error.ts"
import { op, type Out } from "../define.ts"
import { onAccount, renaming, withTagging } from "../grant.ts"
import { nameKey, seconds } from "../names.ts"
import { pageByName, underPath } from "../paging.ts"
import { assertRoom, QUOTAS } from "../account/quotas.ts"
import { listTags, tagsMember, withoutTags, withTags } from "../tags.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import {
  certificateMetadata,
  findServerCertificate,
  maybeServerCertificate,
  onServerCertificate,
  serverCertificateArn,
  serverCertificates,
  sealedKey,
} from "./server-certificate.ts"
import { assertChain, assertKeyOf, parseCertificate } from "./x509.ts"

const nameTaken = (name: string): AwsError =>
  op.error(
    "EntityAlreadyExistsException",
    `The Server Certificate with name ${name} already exists.`,
  )

export const UploadServerCertificate = op.write("UploadServerCertificate", {
  authorize: withTagging("TagServerCertificate", onServerCertificate),
  run(tx, input, call): Out<"UploadServerCertificate"> {
    const { ServerCertificateName: name, Path: path = "/", CertificateChain: chain } = input
    const { CertificateBody: body, PrivateKey: privateKey } = input
    const { account, partition } = call
    const parsed = parseCertificate(body)
    assertKeyOf(parsed, privateKey)
    if (chain !== undefined) assertChain(parsed, chain)
    if (maybeServerCertificate(tx, account, name)) throw nameTaken(name)
    assertRoom(tx, serverCertificates, { account, of: QUOTAS.serverCertificates })
    const id = newUniqueId(tx, "ASCA", call)
    const certificate = {
      ...{ account, partition, name, path, body, chain, id },
      sealedKey: sealedKey(tx, id, privateKey),
      uploadedMs: seconds(tx.now),
      expiresMs: parsed.validToDate.getTime(),
      tags: withTags([], input.Tags),
    }
    tx.insert(serverCertificates, certificate)
    return {
      ServerCertificateMetadata: certificateMetadata(certificate),
      ...tagsMember(certificate.tags),
    }
  },
})

export const GetServerCertificate = op.read("GetServerCertificate", {
  authorize: onServerCertificate,
  run(tx, input, call): Out<"GetServerCertificate"> {
    const certificate = findServerCertificate(tx, input, call)
    return {
      ServerCertificate: {
        ServerCertificateMetadata: certificateMetadata(certificate),
        CertificateBody: certificate.body,
        CertificateChain: certificate.chain,
        ...tagsMember(certificate.tags),
      },
    }
  },
})

export const ListServerCertificates = op.read("ListServerCertificates", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"ListServerCertificates"> {
    const { items, more } = pageByName(tx, serverCertificates, {
      account,
      request: input,
      matches: underPath(input.PathPrefix),
    })
    return { ServerCertificateMetadataList: items.map(certificateMetadata), ...more }
  },
})

/** "You should understand the implications of changing a server certificate's path or name". */
export const UpdateServerCertificate = op.write("UpdateServerCertificate", {
  authorize(tx, input, call) {
    const asked = onServerCertificate(tx, input, call)
    const old = maybeServerCertificate(tx, call.account, input.ServerCertificateName)
    const { NewServerCertificateName: name = old?.name, NewPath: path = old?.path } = input
    if (!old || name === undefined || path === undefined) return asked
    return renaming(asked, serverCertificateArn({ ...old, name, path }))
  },
  run(tx, input, call): Out<"UpdateServerCertificate"> {
    const old = findServerCertificate(tx, input, call)
    const { NewServerCertificateName: name = old.name, NewPath: path = old.path } = input
    if (nameKey(name) !== nameKey(old.name) && maybeServerCertificate(tx, old.account, name))
      throw nameTaken(name)
    tx.remove(serverCertificates, old)
    tx.put(serverCertificates, { ...old, name, path })
    return {}
  },
})

export const DeleteServerCertificate = op.write("DeleteServerCertificate", {
  authorize: onServerCertificate,
  run(tx, input, call): Out<"DeleteServerCertificate"> {
    tx.remove(serverCertificates, findServerCertificate(tx, input, call))
    return {}
  },
})

export const TagServerCertificate = op.write("TagServerCertificate", {
  authorize: onServerCertificate,
  run(tx, input, call): Out<"TagServerCertificate"> {
    const old = findServerCertificate(tx, input, call)
    tx.replace(serverCertificates, old, { ...old, tags: withTags(old.tags, input.Tags) })
    return {}
  },
})

export const UntagServerCertificate = op.write("UntagServerCertificate", {
  authorize: onServerCertificate,
  run(tx, input, call): Out<"UntagServerCertificate"> {
    const old = findServerCertificate(tx, input, call)
    tx.replace(serverCertificates, old, { ...old, tags: withoutTags(old.tags, input.TagKeys) })
    return {}
  },
})

export const ListServerCertificateTags = op.read("ListServerCertificateTags", {
  authorize: onServerCertificate,
  run: (tx, input, call): Out<"ListServerCertificateTags"> =>
    listTags(findServerCertificate(tx, input, call).tags, input),
})
